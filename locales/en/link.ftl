# Accounts of one person, linked and taken apart.
link-nothing = Linked already: nothing to do.
link-confirm = { $count ->
        [one] Link these accounts?
       *[other] Make these { $count } links?
    }
link-simulated = { $count ->
        [one] Simulation: these accounts would be linked. Nothing was done.
       *[other] Simulation: { $count } links would be made. Nothing was done.
    }
link-done = { $count ->
        [one] Accounts linked (run { $run }).
       *[other] { $count } links made (run { $run }).
    }
link-progress = Links
unlink-nothing = No link: nothing to do.
unlink-confirm = { $count ->
        [one] Take these accounts apart?
       *[other] Take { $count } principal accounts apart from these?
    }
unlink-simulated = { $count ->
        [one] Simulation: these accounts would be taken apart. Nothing was done.
       *[other] Simulation: { $count } principal accounts would be taken apart. Nothing was done.
    }
unlink-done = { $count ->
        [one] Accounts taken apart (run { $run }).
       *[other] { $count } principal accounts taken apart (run { $run }).
    }
unlink-progress = Links

# What is shown before the question.
link-part-principal = principal
link-part-secondary = secondary
link-gains-children = { $name } gains { $count ->
        [one] a child
       *[other] { $count } children
    }: { $children }
link-gains-groups = { $name } gains { $count ->
        [one] a group
       *[other] { $count } groups
    }: { $groups }
link-gains-rights = { $name } gains { $count ->
        [one] a right
       *[other] { $count } rights
    }: { $rights }
link-gains-nothing = { $name } has everything already: no further child, group or right.
link-closes = The login { $login } will be closed; { $kept } is enough.
link-stays-open = The login { $login } stays open.
link-losing-children = { $name } loses { $count ->
        [one] a child
       *[other] { $count } children
    }: { $children }
link-losing-groups = { $name } loses { $count ->
        [one] a group
       *[other] { $count } groups
    }: { $groups }
link-losing-rights = { $name } loses { $count ->
        [one] a right
       *[other] { $count } rights
    }: { $rights }
link-losing-nothing = { $name } loses no child, no group and no right.
link-opens = The login { $login } will be open again.

# What one should know.
link-remark-single-kept = { $about }: “{ $field }” holds one name, and keeps the one it has.
link-remark-may-be-fed = { $about }: “{ $field }” was given by the link, but the nightly feed may have written it since; it is taken back, and the feed will write it again where it belongs.
link-remark-last-member = { $about }: the group would be left with nobody; it keeps its last member. Name a group_placeholder in the configuration, or settle it by hand.
link-remark-vanished = { $about }: this linked account is no longer in the directory. What it gave stays, until: entctl account unlink { $about }
link-remark-untied = { $about }: this account has come back without its link. What it gave stays; to link it again: entctl account link, to give it up: entctl account unlink { $about }

# What stands against a link.
refusal-same-account = { $name } is named twice: an account is not joined to itself.
refusal-roles-differ = { $name } and { $other } are not of the same role (pupil, parent, teacher, staff).
refusal-birth-dates-differ = { $name } and { $other } have different birth dates: they are two people.
refusal-kept-is-secondary = { $name }: the account to keep is itself linked to a principal, { $other }; take { $other } in its place.
refusal-kept-is-absorbed = { $name }: the account to keep was merged into { $other }; take { $other } in its place.
refusal-other-has-secondaries = { $name } has linked accounts of its own: keep { $name } and link { $other } to it, or unlink them first.
refusal-other-is-secondary = { $name } is linked to { $other } already: link all to { $other }, or unlink { $name } first.
refusal-other-is-absorbed = { $name } was merged into { $other }: name { $other } in its place.
refusal-other-is-principal = { $name } is the principal, and { $other } is linked to it: unlink { $other } first.
refusal-both-active = { $name } and { $other } were both used recently: make sure that this is one person, then add --both-active.
refusal-only-login = { $name } is in use, and { $other } never was: keep { $name } and link { $other } to it.
refusal-decided-not-same = { $name } and { $other }: it was decided that they are two people.
refusal-another-account = another account
refusal-join-out-of-scope = { $name }: a child or a group of another school would have to be changed as well; that is for whoever administers them all.
refusal-join-protected = { $name }: an account that the configuration protects would have to be changed as well.
refusal-principal-gone = { $name }: its principal, { $other }, is no longer there, and with it what the link had recorded.
refusal-is-principal = { $name } is a principal: name the account that is linked to it, { $other }.
refusal-local-record-one = { $name }: without a place in the directory for what a link gives, a principal has one linked account only.
refusal-link-elsewhere = { $name }: the directory does not say what this link gave, and the history of this machine does not know it; unlink where it was linked.

join-not-configured = This directory has no attributes that say that two accounts belong together.
join-not-configured-hint = Name linked_to and linked in the configuration, if the directory has them.
link-record-missing = This directory has no place to record what a link gives: nobody could take it back.
link-record-missing-hint = Name link_record (and record_class) in the configuration; or, to keep it in this machine's history alone, add --local-record.
link-cannot-lock = This directory has no way to close a linked account.
link-cannot-lock-hint = To leave them open: secondary_login = open, under [profiles.NAME.join], in the configuration

# Links brought up to date.
refresh-nothing = Every link is up to date: nothing to do.
refresh-confirm = { $count ->
        [one] Bring { $count } link up to date?
       *[other] Bring { $count } links up to date?
    }
refresh-simulated = { $count ->
        [one] Simulation: { $count } link would be brought up to date. Nothing was done.
       *[other] Simulation: { $count } links would be brought up to date. Nothing was done.
    }
refresh-done = { $count ->
        [one] { $count } link brought up to date (run { $run }).
       *[other] { $count } links brought up to date (run { $run }).
    }
refresh-progress = Links
refresh-held-back = Too many linked accounts are missing at once: the nightly feed may be cut, nothing is taken from anybody. If it is right all the same: --max-shrink 100%
link-remark-principal-gone = { $about }: its principal is no longer there, and this account may be closed: ask whoever runs the directory.
column-part = Account
column-children = Children
