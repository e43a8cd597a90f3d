# Finding people.
people-class-unknown = There is no class “{ $class }”. The classes are:
people-classes-of = { $school }: { $classes }
people-class-ambiguous = Several schools have a class “{ $class }”:
people-class-ambiguous-hint = Say which school, for instance --school { $uai }
people-school-line = { $uai } { $name }
people-school-unknown = There is no school “{ $uai }” in this profile. The schools are:
people-group-unknown = There is no group “{ $group }”.
people-group-ambiguous = Several groups are called “{ $group }”:
pick-several = Several people match “{ $text }”:
pick-several-hint = Add the class (“dupont 6A”), or use the login.
pick-nothing = Nobody matches “{ $text }”.
pick-nothing-hint = Try a part of the name with entctl account find.
pick-near = Nobody is called “{ $text }”. The nearest names:
pick-near-hint = Nothing was done. Try again with one of these names, or with the login.
pick-out-of-scope = “{ $text }” is outside this profile (school, class or role).
pick-out-of-scope-hint = Ask whoever looks after this account, or the inter-school administrator.
pick-nobody-named = Say whose accounts are meant.
pick-nobody-named-hint = Name a person, or use --class, --group, --school, --role, --filter or --from.
pick-rows = { $count ->
        [one] “{ $file }”: one row cannot be used; nothing was done.
       *[other] “{ $file }”: { $count } rows cannot be used; nothing was done.
    }
pick-rows-hint = Correct these rows or take them out, and start again.
pick-rows-keep-going = To leave these rows out and do the others: --keep-going
pick-row-nothing = line { $line }: nobody matches “{ $text }”
pick-row-several = line { $line }: several people match “{ $text }”: add the class, or give the login
pick-row-out-of-scope = line { $line }: “{ $text }” is outside this profile (school, class or role)
pick-row-twice = line { $line }: “{ $text }” is the same person as line { $first }
pick-row-joined-to-nobody = line { $line }: “{ $text }” was joined to an account that is no longer there
pick-row-joined-in-chain = line { $line }: “{ $text }” was joined to an account that was joined to yet another one
find-more = { $count ->
        [one] And { $count } more: add a first name or a class.
       *[other] And { $count } more: add a first name or a class.
    }
list-count = { $count ->
        [one] { $count } account.
       *[other] { $count } accounts.
    }

# Who has gone
departed-no-class = no class
departed-class-gone = class no longer there
departed-school-gone = school no longer there
departed-no-child = no child left
departed-children-gone = children gone
departed-no-post = no post
departed-no-role = nothing to any school
departed-disabled = disabled, untouched since
departed-who-deletes = Their data must go within three months of their leaving. The nightly feed deletes accounts, entctl does not: tell whoever feeds the directory.
departed-undated = { $count ->
        [one] { $count } more has gone, but the directory does not say since when: without --since it is listed.
       *[other] { $count } more have gone, but the directory does not say since when: without --since they are listed.
    }
departed-since-alone = --since is about those who have gone.
departed-since-alone-hint = Add --state departed.

# Guards
guard-yes-needed-format = A change is never confirmed in JSON or CSV.
guard-yes-needed-terminal = Nobody can be asked here to confirm.
guard-yes-needed-hint = Look with --dry-run first, then add --yes.
guard-too-many = { $count ->
        [one] { $count } account would be changed, at most { $allowed } are allowed: nothing was done.
       *[other] { $count } accounts would be changed, at most { $allowed } are allowed: nothing was done.
    }
guard-too-many-hint = If that is right, raise --max-changes.
guard-refused = { $count ->
        [one] One account may not be changed: nothing was done.
       *[other] { $count } accounts may not be changed: nothing was done.
    }
guard-unfinished = A run was interrupted. To finish it: entctl --profile { $profile } history resume { $run }
refusal-role-parent = { $name } is a parent: a parent's password goes by mail, it is not given here.
refusal-role-teacher = { $name } is a teacher: a teacher's password goes by mail, it is not given here.
refusal-role-staff = { $name } is a member of staff: their password goes by mail, it is not given here.
refusal-role-hint = entctl password send mails a temporary one. Somebody who never had a password of their own gets a first letter: --first --slips FILE.
refusal-own-password = { $name } has a password of their own choosing already: no first letter.
refusal-own-password-hint = With --only-new those who have one are left out.
refusal-role-pupil = { $name } is a pupil: a pupil's password is given by hand, at school, never by mail.
refusal-role-pupil-hint = entctl password reset gives a new one to hand out.
refusal-account-disabled = { $name }: the account is disabled, nothing is sent.
refusal-account-disabled-hint = If it is to be opened: entctl account unlock
refusal-account-absorbed = { $name }: the account was merged into another one, which serves this person now; it is not opened again.
refusal-account-absorbed-hint = To take the merge back: entctl history list --account LOGIN, then entctl history undo RUN --only LOGIN
refusal-account-secondary = { $name }: this is the secondary account of a link, the principal account serves this person; it is not opened again.
refusal-account-secondary-hint = To take the link back, which opens it: entctl account unlink LOGIN
refusal-joined-to-nobody = { $name }: this account was joined to another one that is no longer there: nobody can tell which account serves this person.
refusal-joined-in-chain = { $name }: this account was joined to one that was itself joined to yet another one: nobody can tell which account serves this person.
joined-broken-hint = To see what it is joined to: entctl account show LOGIN
refusal-joined-contradictory = { $name }: line { $line } and line { $given } lead to this one account and ask for different things.

# Somebody asked for one account, and another serves the person.
served-merged = “{ $asked }” was merged into “{ $account }”, which is used instead.
served-linked = “{ $asked }” is a secondary account of “{ $account }”, which is used instead.
served-former = “{ $asked }” is a former login of “{ $account }”.
served-many = { $count } of the accounts named were merged or linked: the accounts that took their place are used instead.
refusal-recovery-unusable = { $name }: what the directory holds as recovery address is no mail address that a password can go to.
refusal-recovery-missing = { $name } has no recovery address: there is nowhere to send a password.
refusal-recovery-hint = Make sure who is asking, then give them one outside the ENT: entctl mail set ACCOUNT --recovery ADDRESS --reason TEXT
refusal-recovery-shared = { $name }: other accounts have the same recovery address, and whoever reads it would get in here.
refusal-recovery-shared-hint = Give each an address of their own; or set shared_address to list in the configuration, if families are to share one.
refusal-sent-too-often = { $name } was sent as many temporary passwords as there may be for now. Try again later.
refusal-sent-too-often-hint = Look for the last mail, in the junk folder too.
refusal-role-unknown = The directory does not say whether { $name } is a pupil or an adult: refused.
refusal-role-unknown-hint = Ask whoever runs the directory to complete the account.
refusal-protected = { $name } is protected by the configuration: never touched.
refusal-drift-hint = Make the plan again; or add --keep-going to leave these accounts aside and do the others.
refusal-out-of-scope = { $name } is outside this profile (school, class or role).
account-with = { $name } with { $others }
report-account = { $name }: { $reason }
