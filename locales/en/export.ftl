# All that the directory holds on a person, for that person (right of access).
export-title = What the directory holds: { $name }
export-made = Drawn up on { $at }
export-section-person = Your account
export-section-family = Family and groups
export-section-relations = What a relative's account says about you
export-section-history = What was done to the account
export-children = Children
export-parents = Parents
export-groups = Groups
export-role = Role
export-school = School
export-state = State
export-of = { $label } (account of { $name })
export-empty = Nothing was done to this account with this tool.
export-password = Passwords are kept in a form that nobody can read, and are not shown here.
export-others = Other people appear by name only.
export-person-elsewhere = somebody of another school
export-person-gone = (no longer in the directory)
export-technical = a technical account
export-kinship-mother = mother
export-kinship-father = father
export-kinship-sibling = brother or sister
export-kinship-grandparent = grandparent
export-kinship-relative = another member of the family
export-kinship-educator = educator
export-kinship-foster-carer = foster carer
export-kinship-childminder = childminder
export-kinship-guardian = guardian
export-kinship-child-welfare = child welfare service
export-kinship-self = the pupil
export-kinship-other = another link
export-legal-yes = legal representative: yes
export-legal-no = legal representative: no
export-legal-in-charge = legal representative: no, in charge of the pupil
export-link-legal = legal representative: { $said }
export-link-pays = financially responsible: { $said }
export-link-contact = to be contacted: { $said }
export-link-payment = payment: { $said }
export-not-shown = { $count ->
        [one] { $count } person of a school outside this profile is not named; the inter-school administrator can draw up the whole document.
       *[other] { $count } people of schools outside this profile are not named; the inter-school administrator can draw up the whole document.
    }
export-yes = yes
export-no = no
export-disabled-for-good = disabled
export-binary = { $count ->
        [one] data, { $count } byte
       *[other] data, { $count } bytes
    }
export-verb-password-reset = New password given
export-verb-password-send = Temporary password sent by mail
export-verb-password-expire = Temporary password ended
export-verb-password-change = Password changed
export-verb-account-set = Data corrected
export-verb-account-lock = Account disabled
export-verb-mail-set = Redirect or recovery address set
export-verb-mail-clear = Redirect or recovery address taken away
export-verb-mail-sync = Mail brought in line with a file
export-verb-account-unlock = Account enabled
export-verb-account-link = Accounts linked
export-verb-account-merge = Accounts merged
export-verb-account-unlink = Accounts taken apart
export-verb-account-refresh = Link brought up to date
export-verb-account-dismiss = Accounts of two people told apart
export-verb-history-undo = Put back as it was
export-by = by { $user }
export-reason = reason: { $reason }
export-extension = “{ $path }”: the document is written as .json or .html.
export-done = Document: { $path }
export-not-rendered = The page could not be laid out.
