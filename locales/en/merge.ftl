# Accounts of one person made one (account merge).
merge-nothing = Merged already: nothing to do.
merge-confirm = { $count ->
        [one] Merge these accounts?
       *[other] Make these { $count } merges?
    }
merge-confirm-one = { $count ->
        [one] Merge these accounts and keep { $kept }?
       *[other] Merge these { $count } accounts into { $kept }?
    }
merge-confirm-proposed = { $count ->
        [one] Merge these accounts and keep { $kept }? (To keep the other one: --keep and --absorb)
       *[other] Merge these { $count } accounts into { $kept }? (To keep another one: --keep and --absorb)
    }
merge-confirm-delete = { $count ->
        [one] Merge these accounts, keep { $kept } and delete the other one?
       *[other] Merge these { $count } accounts into { $kept } and delete them?
    }
merge-simulated = { $count ->
        [one] Simulation: these accounts would be merged. Nothing was done.
       *[other] Simulation: { $count } merges would be made. Nothing was done.
    }
merge-done = { $count ->
        [one] Accounts merged (run { $run }).
       *[other] { $count } merges made (run { $run }).
    }
merge-progress = Merges
merge-two-accounts = Name at least two accounts of the same person.
merge-two-accounts-hint = A name of several words goes in quotes; a login or a number needs none.
merge-report-not-in-plan = --report tells what was done: it does not go with --plan, which does nothing.
merge-not-configured = This directory has no attributes that say into which account another one was merged.
merge-not-configured-hint = Name merged_into and merged in the configuration, if the directory has them; or add --delete-absorbed.
merge-not-text = { $name }: “{ $attribute }” holds something that is not text, such as a picture; once deleted, nobody could bring it back.
merge-not-text-hint = Merge without --delete-absorbed: the account is closed, and stays.

# What is shown before the question.
merge-column-kept = kept
merge-column-absorbed = absorbed
merge-field-name = name
merge-field-birth-name = name at birth
merge-field-birth-date = born
merge-field-login = login
merge-field-mails = mail
merge-field-children = children
merge-field-last-login = last used
merge-field-state = state
merge-proposed = Proposed to keep: { $name } ({ $reason }).
merge-gains-children = { $name } gains { $count ->
        [one] a child
       *[other] { $count } children
    }: { $what }
merge-gains-groups = { $name } gains { $count ->
        [one] a group
       *[other] { $count } groups
    }: { $what }
merge-gains-rights = { $name } gains { $count ->
        [one] a right
       *[other] { $count } rights
    }: { $what }
merge-gains-mail = { $name } takes over where mail goes: { $what }
merge-gains-others = { $count ->
        [one] One further record that names the absorbed account will name the kept one.
       *[other] { $count } further records that name the absorbed account will name the kept one.
    }
merge-gains-nothing = { $name } has everything already: no further child or group.
merge-closes = The login { $login } will be closed; it leads to { $kept }.
merge-stays-open = This directory has no way to close a login: { $login } stays open, without children or groups.
merge-deletes = { $login } will be deleted. Undone, the account comes back with all but its password and its identity in the server: it must be given a new password.

# What there is to know.
merge-remark-redirect-left = { $about }: mail goes on being forwarded where it is now; { $about }'s redirect was not taken over.
merge-remark-feed-brings-back = { $about }: the nightly feed knows this account by its own key, and will make it again. Add join_keys = move to the configuration, or leave out --delete-absorbed.
merge-remark-login-free = { $about }: this directory has no place for former logins; the login will be free for somebody else.

merge-report-written = Who uses which login from now on: { $file }
merge-report-not-written = The accounts are merged, but the file for the letter home could not be written.
