# Sentences that belong to no room in particular.
plain = { $text }
error = Error:
warning = Warning:
because = Because:
hint = What to do:
nothing-done = Nothing was done.
born = born { $date }

# Questions
confirm = { $question } [y/N]
confirm-again = Please answer y for yes or n for no.
choose = Your choice (1 to { $count }, Enter for none):
choose-again = Please type a number from 1 to { $count }, or Enter for none.

# People
role-pupil = pupil
role-parent = parent
role-teacher = teacher
role-staff = staff
role-unknown = role unknown
state-active = active
state-disabled = disabled
state-locked = locked after wrong passwords
state-must-change = password to be changed
state-no-password = no password yet
state-linked = secondary account
state-absorbed = merged into another account

# Titles of columns
column-name = Name
column-last-name = Last name
column-first-name = First name
column-class = Class
column-role = Role
column-school = School
column-birth-date = Born
column-login = Login
column-sent-to = Sent to
column-state = State
column-password = Password
column-password-changed = Password set
column-locked-since = Locked since
column-last-login = Last login
column-temporary-until = Valid until
column-run = Run
column-started = Begun
column-user = By
column-command = Command
column-change = Change
column-changes = Done
column-run-state = State
column-reason = Reason
column-outcome = Outcome
column-evidence = Seen by
column-gone-since = Gone since, at the latest
column-field = Field
column-before = Before
column-after = After
column-because = Because

# The card of an account
card-name = Name
card-birth-name = Birth name
card-role = Role
card-school = School
card-class = Class
card-birth-date = Born
card-login = Login
card-alias = Alias
card-number = Number
card-mail = Mail
card-children = Children
card-parents = Parents
card-linked-to = Secondary account of
card-linked = Secondary accounts
card-merged-into = Merged into
card-merged = Accounts merged into it
card-former-logins = Former logins
card-not-shown = Not shown
card-not-shown-count = { $count ->
        [one] { $count } person who is gone or belongs to another school
       *[other] { $count } people who are gone or belong to another school
    }
card-groups = Groups
card-state = State
card-locked-since = Locked since
card-password-changed = Password set
card-last-login = Last login
card-changed = Last changed
card-changed-by = { $at }, by { $by }
card-last-run = Last run
card-run = { $verb }, { $at } ({ $run })
card-host = Machine
card-finished = Ended
card-job = Job
card-undoes = Takes back
card-made = Made
card-profile = Profile

exit-status-0 = done, or nothing to do
exit-status-1 = failed, nothing was changed
exit-status-2 = wrong usage or configuration
exit-status-3 = partly done, or the outcome of a write stays unknown
exit-status-4 = changes are pending (simulation with --detailed-exitcode)
exit-status-5 = not found, or several match
exit-status-6 = refused: school, role, safety limit, or changed meanwhile
exit-status-10 = the directory, or the mail server, cannot be reached
exit-status-11 = name, password or rights refused
exit-status-12 = another run is under way
exit-status-13 = written, but the mail did not go out
exit-status-130 = interrupted

# Why the system refuses
system-not-found = there is no such file or folder
system-denied = you have no right to do that
system-exists = there is something of that name already
system-not-a-folder = the path leads through a file that is no folder
system-a-folder = it is a folder, not a file
system-read-only = this disk is read-only
system-full = the disk is full
system-too-large = the file is larger than allowed
system-connection-refused = nothing listens at this address
system-no-network = the network does not lead there
system-cut = the connection was cut
system-other = the system answered: { $words }
technical = Technical detail: { $words }
answer-unwritten = The answer could not be written whole.
command-not-allowed = The profile { $profile } does not allow: entctl { $command }
command-not-allowed-hint = It allows: { $commands }. For anything else ask whoever set it up.
