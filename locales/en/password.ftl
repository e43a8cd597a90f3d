# Giving new passwords.
reset-print-or-slips = Say where the new passwords go.
reset-print-or-slips-hint = --slips FILE.html makes a page to print, --slips FILE.csv a list for a spreadsheet, --print shows them on the screen.
reset-confirm-one = Reset the password of { $who }?
reset-confirm-many = { $count ->
        [one] Reset { $count } password?
       *[other] Reset { $count } passwords?
    }
reset-note-own = { $count ->
        [one] { $count } of them has a password of their own choosing, which is replaced (--only-new leaves them out).
       *[other] { $count } of them have a password of their own choosing, which is replaced (--only-new leaves them out).
    }
reset-note-today = { $count ->
        [one] { $count } was already reset today.
       *[other] { $count } were already reset today.
    }
reset-note-disabled = The account of { $name } is disabled, and stays so.
reset-note-disabled-many = { $count ->
        [one] { $count } account is disabled, and stays so.
       *[other] { $count } accounts are disabled, and stay so.
    }
reset-note-no-undo = The former passwords cannot be brought back.
reset-nothing = Nobody to reset.
reset-simulated = { $count ->
        [one] Simulation: { $count } password would be reset. Nothing was done.
       *[other] Simulation: { $count } passwords would be reset. Nothing was done.
    }
reset-progress = Passwords
reset-done = { $count ->
        [one] { $count } password reset, to be changed at the first login (run { $run }).
       *[other] { $count } passwords reset, to be changed at the first login (run { $run }).
    }
reset-slips = Slips: { $path }
reset-stays-disabled = { $name }: the account stays disabled; to open it: entctl account unlock
reset-no-random = The system gives no random numbers: no password can be made.
reset-style-misfit = Passwords of the style “{ $style }” do not fit the rules of this directory.
reset-style-misfit-hint = Use --style { $style }
reset-imposed-refused = { $count ->
        [one] One of the passwords given breaks the rules of this directory: nothing was done.
       *[other] { $count } of the passwords given break the rules of this directory: nothing was done.
    }
reset-imposed-row = line { $line }, { $name }: { $reason }

# Changing one's own
change-login = Your login:
change-account-missing = Say whose password is to be changed: entctl password change LOGIN
change-old = Current password:
change-new = New password:
change-again = New password, again:
change-must = This password must be changed now.
change-rules = The new password:
change-differ = The two are not the same. Again, please.
change-same = The new password is the same as the old one.
change-done = Your password is changed.
change-not-found = There is no login “{ $text }”.
change-not-found-hint = Type it as on the login page of the ENT.
change-old-wrong = The current password is wrong, or the login is.
change-old-wrong-hint = Type both again; after several mistakes the account is locked. A forgotten password is reset by the school's administrator.
change-locked = This account is locked or disabled.
change-locked-hint = Ask the school's administrator.
rule-forbidden = - may not be changed by yourself: ask the school's administrator
rule-minimum = { $count ->
        [one] - has at least { $count } character
       *[other] - has at least { $count } characters
    }
rule-maximum = { $count ->
        [one] - has at most { $count } character
       *[other] - has at most { $count } characters
    }
rule-history = { $count ->
        [one] - is not the last one again
       *[other] - is none of the last { $count }
    }
rule-age = { $hours ->
        [one] - cannot be changed again before { $hours } hour
       *[other] - cannot be changed again before { $hours } hours
    }
rule-quality = - is not too simple (the directory judges)
rule-old = - is given with the current one
rule-lockout = { $count ->
        [one] - locks the account when typed wrong { $count } time
       *[other] - locks the account when typed wrong { $count } times in a row
    }
rule-end = { $days ->
        [one] - must be changed again after { $days } day
       *[other] - must be changed again after { $days } days
    }
weakness-empty = The password is empty.
weakness-short = { $minimum ->
        [one] The password is too short: at least { $minimum } character.
       *[other] The password is too short: at least { $minimum } characters.
    }
weakness-long = { $maximum ->
        [one] The password is too long: at most { $maximum } character.
       *[other] The password is too long: at most { $maximum } characters.
    }
weakness-control = The password holds a character that cannot be typed.
weakness-login = The password is the login: choose another.
weakness-name = The password is the name: choose another.
weakness-space = The password begins or ends with a space.

# Opening and closing accounts
access-lock-nothing = Already disabled: nothing to do.
access-lock-confirm = { $count ->
        [one] Disable { $count } account?
       *[other] Disable { $count } accounts?
    }
access-lock-simulated = { $count ->
        [one] Simulation: { $count } account would be disabled. Nothing was done.
       *[other] Simulation: { $count } accounts would be disabled. Nothing was done.
    }
access-lock-done = { $count ->
        [one] { $count } account disabled (run { $run }).
       *[other] { $count } accounts disabled (run { $run }).
    }
access-lock-progress = Accounts
access-unlock-nothing = Already open: nothing to do.
access-unlock-confirm = { $count ->
        [one] Open { $count } account again?
       *[other] Open { $count } accounts again?
    }
access-unlock-simulated = { $count ->
        [one] Simulation: { $count } account would be opened. Nothing was done.
       *[other] Simulation: { $count } accounts would be opened. Nothing was done.
    }
access-unlock-done = { $count ->
        [one] { $count } account open again (run { $run }).
       *[other] { $count } accounts open again (run { $run }).
    }
access-unlock-progress = Accounts

reset-cannot-tell = This directory does not tell who has chosen a password.
reset-cannot-tell-hint = Name the people one by one, or use --from, without --only-new and --first.
reset-cannot-force = This directory cannot make people change their password at the first login: ask them to.
access-cannot-lock = This directory has no way to disable an account that entctl knows.
reset-not-shown = The passwords of run { $run } could not be written where they were to be read.
reset-not-shown-hint = history resume { $run } gives others and shows them.
weakness-formula = In a spreadsheet this password would be taken for a formula: give another, or make the slips in .html.

# Temporary passwords by mail.
send-nothing = Nobody to send a password to.
send-confirm = { $count ->
        [one] Send { $count } temporary password? The present one will no longer work.
       *[other] Send { $count } temporary passwords? The present ones will no longer work.
    }
send-confirm-one = Send { $who } a temporary password, to { $address }?
send-simulated = { $count ->
        [one] Simulation: { $count } temporary password would be sent. Nothing was done.
       *[other] Simulation: { $count } temporary passwords would be sent. Nothing was done.
    }
send-letter = To { $address }, subject “{ $subject }”:
send-progress = Mails
send-done = { $count ->
        [one] { $count } temporary password sent (run { $run }).
       *[other] { $count } temporary passwords sent (run { $run }).
    }
send-not-mailed = Some passwords were written, and it is not certain that their mail went out: those people cannot log in for now. Finishing the run sends each a new one.
send-restored = { $reason } The former password works again.
send-written = { $reason } The former password no longer works.

# Requests of a login page.
uniform-taken = The request was taken. If the account has a recovery address, a mail is on its way.
requested-reason = Asked for on the login page
requested-damaged = { $count ->
    [one] 1 file among the requests of the login page is damaged; it was taken away.
   *[other] { $count } files among the requests of the login page are damaged; they were taken away.
}
request-not-taken = The directory did not answer: the request was not taken.
login-page-not-configured = The profile “{ $profile }” takes no requests of a login page.
login-page-not-configured-hint = Add { $section } to the configuration, with the folder in which they wait (spool); { $example } shows how.
spool-unwritable = The request cannot be kept in { $path }.
spool-unreadable = The requests of the login page cannot be read: { $path }
spool-not-private = Others may enter the folder of the requests of the login page: { $path }
spool-not-private-hint = Close it: chmod 700 { $path }
spool-full = Too many requests of the login page wait: { $count }.
spool-full-hint = Is the worker running? entctl password send --requested
outcome-request-expired = the request waited for more than an hour
# The end of temporary passwords.
expire-nothing = No temporary password has ended.
expire-confirm = { $count ->
        [one] End { $count } temporary password that was not used in time? It will no longer work.
       *[other] End { $count } temporary passwords that were not used in time? They will no longer work.
    }
expire-confirm-disable = { $count ->
        [one] Disable { $count } account whose temporary password was not used in time?
       *[other] Disable { $count } accounts whose temporary passwords were not used in time?
    }
expire-confirm-tidy = { $count ->
        [one] Take away { $count } end of a former temporary password?
       *[other] Take away { $count } ends of former temporary passwords?
    }
expire-simulated = { $count ->
        [one] Simulation: { $count } account would be concerned. Nothing was done.
       *[other] Simulation: { $count } accounts would be concerned. Nothing was done.
    }
expire-progress = Accounts
expire-done = { $count ->
        [one] { $count } temporary password was not used in time: it no longer works (run { $run }).
       *[other] { $count } temporary passwords were not used in time: they no longer work (run { $run }).
    }
expire-disabled = { $count ->
        [one] { $count } account disabled: its temporary password was not used in time (run { $run }).
       *[other] { $count } accounts disabled: their temporary passwords were not used in time (run { $run }).
    }
expire-tidied = { $count ->
        [one] { $count } end of a former temporary password taken away (run { $run }).
       *[other] { $count } ends of former temporary passwords taken away (run { $run }).
    }
expire-cannot-tell = This directory does not tell who has chosen a password: no password can be ended without risk.
expire-cannot-tell-hint = Name the attributes must_change and password_changed in the configuration, if the directory has them.
expire-no-room = The password rules of this directory leave no room for a password that nobody can guess.
expire-no-room-hint = Allow at least ten characters, or have the accounts disabled instead (at_end).
reset-confirm-one-until = Reset the password of { $who }? The new one works until { $until }.
reset-confirm-many-until = { $count ->
        [one] Reset { $count } password? The new one works until { $until }.
       *[other] Reset { $count } passwords? The new ones work until { $until }.
    }
reset-until = Valid until { $until }, unless another is chosen by then.
reset-end-in-history = This directory has no place for the end of a password: only this history knows it, and only from here can these passwords be ended.
