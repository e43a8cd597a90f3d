# What was done, and how to finish it.
history-unwritable = The history “{ $path }” cannot be written: nothing was done.
history-unwritable-hint = Make room or set the rights of that folder; nothing is ever changed without its trace.
history-unreadable = The history “{ $path }” cannot be read.
history-world-writable = The history “{ $path }” may be written to by anybody on this machine: nothing in it could be trusted.
history-world-writable-hint = Let only its owner and a group of administrators write there: chmod o-w.
history-no-such-run = There is no run { $run }.
history-no-such-run-hint = entctl history list shows them all.
history-under-way = Run { $run } is under way in another window.
history-newer = Run { $run } was written by a newer entctl (format { $version }).
history-no-run-matches = No run matches.
history-since = begun at { $at } or later
history-before = begun before { $at }
history-of-job = of the job { $job }
history-of-user = by the user { $user }
history-not-a-time = “{ $text }” is not a time that { $option } understands.
history-time-to-come = “{ $text }” is still to come: { $option } expects a time that has passed.
history-not-a-time-hint = A date (22/11/2026 or 2026-11-22), a moment (22/11/2026 17:12), or an age: 26h, 3d, 2w, 3m (hours, days, weeks, months).
history-since-after-until = --since is later than --until: no run can be between them.
history-nobody = The history knows nobody called “{ $text }”.
history-nobody-hint = Type the login, the number or the whole name, as history show tells it.
history-several = The history knows several people called “{ $text }”:
history-several-hint = Type the login or the number of the one you mean.
run-running = under way
run-prepared = stopped before writing
run-unfinished = interrupted
run-finished = ended
execute-interrupted = Interrupted: the changes under way were ended, the others were not begun.
transactions-not-offered = This server cannot write many changes as one (`transactions`): they are written one by one.
transactions-replicated = Copies of this directory are kept on other servers, or it is one: many changes written as one could leave the copies wrong. Nothing was written.
transactions-replication-unclear = Whether copies of this directory are kept on other servers cannot be seen: many changes written as one could leave them wrong. Nothing was written.
transactions-replicated-hint = Set transactions to “off” in the profile. Who knows that no copy matters may write “guarded-although-replicated” instead.
execute-outcome-unknown = For some accounts nobody knows yet whether they were changed.
execute-not-taken-back = Something that was written could not be taken back: some accounts are only half changed.
outcome-drift = changed by somebody else meanwhile, left as it is
outcome-drift-disabled = disabled by somebody else meanwhile, left as it is
outcome-gone = no longer there
outcome-owner-changed = has chosen another password since, left as it is
outcome-taken-back = taken back, because the rest of the same decision could not be done
outcome-held-back = not begun, because the rest of the same decision could not be done
outcome-not-taken-back = half done, and the directory refused to take it back
outcome-half-done = stopped half-way, still to be finished
outcome-by-another = already so, by somebody else
outcome-reset-since = was given another password since, left as it is
outcome-protected = is protected by the configuration, left as it is
outcome-out-of-scope = belongs to a school outside this profile, left as it is
outcome-account-absorbed = was merged into another account since, and stays closed
outcome-account-secondary = is the secondary account of a link since, and stays closed
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
outcome-value-conflict = changed by somebody else meanwhile, left as it is
outcome-busy = the directory was too busy
outcome-password-expired = the password has expired
outcome-old-password-needed = the directory asks for the old password too
outcome-account-locked = the account is locked
outcome-credentials = the directory refused the account of this profile
outcome-own-account-locked = the account of this profile is locked or disabled
outcome-own-password-must-change = the account of this profile must first change its password
outcome-size-limit = limit of the directory reached
outcome-server-time-limit = the directory took too long
outcome-protocol = the directory's answer cannot be understood
outcome-insecure = the directory asks for an encrypted connection
outcome-mail-unreachable = the mail server could not be reached
outcome-mail-timeout = the mail server did not answer in time
outcome-mail-connection-lost = the mail server cut the conversation
outcome-mail-certificate = the certificate of the mail server could not be checked
outcome-mail-insecure = the mail server offers no encryption
outcome-mail-denied = the mail server refused the name or the password
outcome-mail-recipient-refused = the mail server refused the address
outcome-mail-temporary = the mail server took no message for the moment
outcome-mail-refused = the mail server refused the message
outcome-mail-outcome-unknown = the mail server did not say whether it took the message
outcome-mail-protocol = the answer of the mail server cannot be understood
outcome-mail-storage = the folder for mails cannot be written to
outcome-letters-not-written = the mail could not be written
outcome-role-pupil = is a pupil, nothing is sent
outcome-role-unknown = the directory does not say who this is
outcome-account-disabled = the account is disabled, nothing is sent
outcome-recovery-unusable = the recovery address is no usable mail address
outcome-recovery-missing = no recovery address
outcome-recovery-behind = the recovery address leads into the ENT
outcome-recovery-shared = other accounts have the same recovery address
outcome-sent-too-often = as many were sent as may be
mail-state-prepared = not written yet
mail-state-written = written, not known to be sent
mail-state-mailed = sent
mail-state-failed = not sent
mail-state-restored = not sent, former password put back
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
resume-other-profile = Run { $run } is finished with the profile it was begun with.
resume-slips-lost = The slips of this run are lost: new passwords are given.
resume-not-shown = The passwords of this run were not shown to anybody: new ones are given.
resume-progress = Finishing
resume-done = { $count ->
        [one] { $count } account changed (run { $run }).
       *[other] { $count } accounts changed (run { $run }).
    }
resume-owner-knows = { $name } was changing their own password: only they can tell which one counts. Let them try the new one, then the old one.
outcome-owner-knows = only the owner knows which password counts
run-left = Interrupted at once: history resume finishes what was left.
history-not-recorded = Written to the directory, but the history could not be completed.
bundle-not-one = “{ $file }” is not a run that history export wrote.
bundle-damaged = “{ $file }” was cut or changed since history export wrote it: it is not used.
bundle-newer = “{ $file }” was written by a newer entctl.
history-exported = Run { $run }: { $path }
history-exported-unfinished = Run { $run } has not ended: what is still to come is not in it.
history-empty = There is no run in the history.
prune-nothing = No run is old enough: nothing to take out.
prune-question = { $what } { $back } Take them out of the history for good?
prune-not-an-age-hint = An age: 6m, 1y, 2y (months, years; h, d and w for hours, days, weeks). Or a date that has passed: 01/09/2025.
prune-kept = Run { $run } stays: { $why }
prune-what-goes = { $count ->
        [one] { $count } run goes, begun at { $oldest }.
       *[other] { $count } runs go, begun between { $oldest } and { $newest }.
    }
prune-no-way-back = { $count ->
        [0] Nothing in it could be undone any more.
        [one] { $count } of them could still be undone: no longer after this.
       *[other] { $count } of them could still be undone: no longer after this.
    }
prune-done = { $count ->
        [one] { $count } run taken out of the history.
       *[other] { $count } runs taken out of the history.
    }
