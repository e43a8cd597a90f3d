# A run taken back.
undo-nothing = Everything is as it was before: nothing to do.
undo-question = { $count ->
        [one] Put { $count } account back as it was before “{ $verb }” of { $at }?
       *[other] Put { $count } accounts back as they were before “{ $verb }” of { $at }?
    }
undo-simulated = { $count ->
        [one] Simulation: { $count } account would be put back as it was. Nothing was done.
       *[other] Simulation: { $count } accounts would be put back as they were. Nothing was done.
    }
undo-done = { $count ->
        [one] { $count } account put back as it was (run { $run }).
       *[other] { $count } accounts put back as they were (run { $run }).
    }
undo-progress = Accounts
undo-left-moved = { $name }: “{ $field }” has been changed since, and is left as it is.
undo-all-left = Nothing of run { $run } can be taken back.
undo-passwords = Run { $run } gave new passwords: it cannot be taken back, for nobody keeps the former ones.
undo-passwords-hint = Who needs a password is given another one: entctl password reset
undo-unfinished = Run { $run } was interrupted: finish it first, then take it back.
undo-other-profile = Run { $run } is taken back with the profile that did it.
undo-other-profile-hint = entctl --profile { $profile } history undo { $run }
undo-nobody = There is nobody called “{ $text }” in run { $run }.
undo-nobody-hint = Type the login, the number or the whole name, as this shows it: entctl --profile { $profile } history show { $run }
refusal-moved-since = { $name }: changed since, and left as it is.
refusal-password-not-kept = { $name }: a password was given; nobody keeps the former one, it cannot come back.
refusal-not-kept = { $name }: what stood there before was not kept, it cannot come back.
refusal-linked-since = { $name }: what its link has given to { $other } since, by account refresh, stays there; to take that back as well: entctl account unlink, with the account { $name }.
refusal-made-anew = { $name }: the account is made again, but nobody keeps its password: give it a new one. To the directory it is a new account.
refusal-gone-since = { $name }: this account is no longer there.
undo-run-missing = Which run is to be taken back?
undo-other-directory = The run in { $file } was done in another directory.
