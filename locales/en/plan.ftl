# Saved plans
plan-saved = { $count ->
        [one] Plan saved in { $file }: { $count } account would be changed. To look at it: entctl plan show { $path }; to carry it out: entctl --profile { $profile } plan apply { $path }
       *[other] Plan saved in { $file }: { $count } accounts would be changed. To look at it: entctl plan show { $path }; to carry it out: entctl --profile { $profile } plan apply { $path }
    }
plan-count = { $count ->
        [one] { $count } account would be changed.
       *[other] { $count } accounts would be changed.
    }
plan-unchanged = { $count ->
        [one] { $count } other account is so already.
       *[other] { $count } other accounts are so already.
    }
plan-saved-passwords = The passwords are made when it is carried out: add --slips FILE.html, or --print for one account, to that line.
plan-unwritable = The plan could not be put into a file.
plan-applied = This plan was carried out already, by run { $run }.
plan-applied-hint = To see what it did: entctl history show { $run }. For those it left out, make a new plan.
plan-not-a-plan = { $file } is not a plan that entctl saved.
plan-not-a-plan-hint = Make one with the option --plan FILE of a command that changes accounts.
plan-altered = { $file } is not as entctl saved it: it was edited or damaged. Nothing is done.
plan-again-hint = Make the plan again.
plan-newer = { $file } was made by a newer entctl (format { $version }).
plan-newer-hint = Use that entctl, or make the plan again with this one.
plan-other-version = { $file } was made by entctl { $version }, and this is { $ours }: what it means may differ.
plan-other-profile = This plan was made with the profile { $profile }, and this is { $ours }.
plan-other-profile-hint = Add --profile { $profile }, or make the plan again.
plan-other-directory = This plan was made for another directory.
plan-unknown-verb = This entctl cannot carry out a plan of “{ $verb }”.
plan-with-slips = A plan holds no password: there are no slips to write yet.
plan-with-slips-hint = Give --slips to entctl plan apply.
plan-without-passwords = This plan gives no new passwords: --print and --slips have nothing to show.
refusal-drift-field = { $name }: “{ $field }” has been changed since the plan was made.
plan-confirm = { $count ->
        [one] Carry out this plan for { $count } account?
       *[other] Carry out this plan for { $count } accounts?
    }
refusal-drift = { $name }: changed since the plan was made.
refusal-gone = { $name }: no longer in the directory.
refusal-not-found = Nobody matches “{ $name }”.
refusal-ambiguous = Several people match “{ $name }”: add the class, or give the login.
refusal-empty-cell = The cell that names the person is empty.
refusal-repeated = “{ $name }” is named twice.
reject-line = Line { $line }: { $reason }
rejects-not-written = The accounts left out could not be written to a file. The others are done.
rejects-written = { $count ->
        [one] { $count } account left out: see { $file }, which can be mended and read again.
       *[other] { $count } accounts left out: see { $file }, which can be mended and read again.
    }

# Jobs
job-under-way = Another run of the job { $job } is under way.
job-under-way-hint = Try again later, or wait (longer) with --wait SECONDS.
job-holder = { $user } on { $host } (process { $pid }), since { $year }-{ $month }-{ $day } { $time }
job-waiting = Waiting for another run of the job { $job } to end…
job-taken-over = The last run of the job { $job } did not come to its end: { $holder }. This one goes on.

# What a change does
change-new-password = a new password
change-password-ended = temporary password ended
change-replaced = { $field }: { $before } → { $after }
change-decision = with { $others }: { $count ->
    [one] 1 record
   *[other] { $count } records
}
change-access = Access
change-open = open
change-nothing = nothing
format-unsupported = This command has nothing to write as LDIF.
format-unsupported-hint = plan show and history show have; the others write table, json or csv.
plan-ended = The passwords of this plan would have ended by now.

refusal-unknown-word = “{ $given }” is not understood. In the column decision: link, merge, dismiss, or nothing; in the column keep: a, b, or the login of the account to keep.
refusal-repeated-row = The same decision already stands on line { $given }.
refusal-contradictory = Line { $given } says something else of these accounts: leave one of the two.
refusal-absorbed-twice = Line { $given } gives the same account to another one: give both lines the same account to keep.
refusal-chain = One account is kept here and given away by line { $given }: give both lines the same account to keep.
refusal-with-line = Left out together with line { $given }, for they are one family.
refusal-joined = { $name } is already linked to, or merged with, the other account: take that apart first.
decisions-left-link = { $count ->
        [one] One row says “link”: left as it is.
       *[other] { $count } rows say “link”: left as they are.
    }
decisions-left-merge = { $count ->
        [one] One row says “merge”: left as it is.
       *[other] { $count } rows say “merge”: left as they are.
    }
decisions-left-dismiss = { $count ->
        [one] One row says “dismiss”: left as it is.
       *[other] { $count } rows say “dismiss”: left as they are.
    }
decisions-left-undecided = { $count ->
        [one] One row without a decision: left as it is.
       *[other] { $count } rows without a decision: left as they are.
    }
