# What was done, and how to finish it.
history-unwritable = The history “{ $path }” cannot be written: nothing was done.
history-unwritable-hint = Make room or set the rights of that folder; nothing is ever changed without its trace.
history-unreadable = The history “{ $path }” cannot be read.
history-no-such-run = There is no run { $run }.
history-no-such-run-hint = entctl history list shows them all.
history-under-way = Run { $run } is under way in another window.
history-newer = Run { $run } was written by a newer entctl (format { $version }).
run-running = under way
run-prepared = stopped before writing
run-unfinished = interrupted
run-finished = ended
execute-interrupted = Interrupted; what was begun was ended properly.
execute-outcome-unknown = For some accounts nobody knows yet whether they were changed.
outcome-drift = changed by somebody else meanwhile: left as it is
outcome-drift-disabled = disabled by somebody else meanwhile: left as it is
outcome-gone = no longer there
outcome-owner-changed = has chosen another password since: left as it is
outcome-outcome-unknown = no answer: nobody knows whether it was done
outcome-no-rights = no right to change it
outcome-password-too-short = password too short for the directory
outcome-password-too-weak = password too simple for the directory
outcome-password-too-young = password changed too recently
outcome-password-used-before = password used before
outcome-password-refused = password refused by the directory
outcome-password-change-forbidden = the password may not be changed
outcome-server-refused = refused by the directory
outcome-refused-by-server = refused by the directory
outcome-value-conflict = changed by somebody else meanwhile: left as it is
outcome-busy = the directory was too busy
outcome-kind-pending = not begun
outcome-kind-done = done
outcome-kind-unchanged = already so
outcome-kind-refused = refused
outcome-kind-failed = failed
outcome-kind-unknown = unknown
resume-nothing = No run is waiting to be finished.
resume-finished = Run { $run } has ended already.
resume-forgotten = Run { $run } had written nothing; it is taken out of the history.
resume-several = { $count } runs wait to be finished; name one:
resume-other-directory = Run { $run } belongs to another directory (profile “{ $profile }”).
resume-slips-lost = The slips of this run are lost: new passwords are given.
resume-not-shown = The passwords of this run were not shown to anybody: new ones are given.
resume-progress = Finishing
resume-done = { $count ->
        [one] { $count } account changed (run { $run }).
       *[other] { $count } accounts changed (run { $run }).
    }
