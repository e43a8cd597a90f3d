# Examples under the help of each command: a line that says what for, then the command, indented. Every
# command line is parsed by a test.
after-entctl =
    Try it out in a made-up school:
      entctl sandbox up
      entctl --profile sandbox account find dupont
    A pupil has forgotten the password:
      entctl --profile college password reset "lea dupont 6A"
after-password-reset =
    A pupil has forgotten the password and stands here:
      entctl --profile college password reset "lea dupont 6A"
    Slips to cut out for a class:
      entctl --profile college password reset --class 6A --slips slips-6A.html
    New pupils from a spreadsheet, and nobody who already chose a password:
      entctl --profile college password reset --from new-pupils.csv --only-new --slips slips.csv
    First letters for parents who never had a password, looked at first:
      entctl password reset --role parent --first --only-new --slips letters.html --dry-run
after-password-send =
    A mother has forgotten her password: who would be written to, and the letter:
      entctl --profile college password send "claire martin" --dry-run
    Send it:
      entctl --profile college password send "claire martin" --reason "asked at the desk"
    All teachers, with those who cannot be written to in a file:
      entctl --profile college password send --role teacher --keep-going --rejects no-address.csv
    What the login page asks for, as long as it runs:
      entctl --no-input --profile college password send --requested --watch
after-password-change =
    Asks for the login, the current password and twice for the new one:
      entctl password change
    The same for a known login:
      entctl password change lea.dupont
after-password-status =
    Has this pupil changed the password yet?
      entctl --profile college password status "lea dupont 6A"
    A whole class, for a spreadsheet:
      entctl --profile college password status --class 6A --format csv
after-password-expire =
    What has ended, and whose?
      entctl --profile college password expire --dry-run
    Every night, from cron or a timer:
      entctl --profile college password expire --yes --wait 600
after-mail-show =
    Where does her mail go?
      entctl --profile college mail show "claire martin"
    The same for a program:
      entctl --profile college mail show claire.martin --format json
after-mail-set =
    A teacher wants the mail of the ENT in another mailbox, and to keep a copy:
      entctl mail set claire.martin --redirect cm@example.fr --keep-copy --reason "came in person"
    A parent came to the office for a recovery address:
      entctl mail set jean.dupont --recovery jean@example.fr --reason "identity card seen"
after-mail-clear =
    The mail of the ENT stays there again:
      entctl --profile college mail clear claire.martin --redirect
    A recovery address that is no longer theirs:
      entctl --profile college mail clear jean.dupont --recovery
after-mail-list =
    Who has the mail of the ENT sent elsewhere?
      entctl --profile college mail list --external
    Mail that goes round for ever, for a spreadsheet:
      entctl --profile college mail list --loops --format csv
after-mail-sync =
    What would change?
      entctl --profile college mail sync redirects.csv --dry-run
    Every night; those who are no longer in the file lose their redirect:
      entctl --profile college mail sync redirects.csv --prune --keep-going --yes
after-account-find =
    By name and class, accents and order aside:
      entctl --profile college account find dupont 6A
    By a part of a mail address:
      entctl --profile college account find lea.dupont@
after-account-show =
    Everything about one person:
      entctl --profile college account show "lea dupont 6A"
    The same for a program:
      entctl --profile college account show lea.dupont --format json
after-account-list =
    The pupils of a class:
      entctl --profile college account list --class 6A
    Parents who have no password yet:
      entctl --profile college account list --role parent --state no-password
    All the accounts of a school, for a spreadsheet:
      entctl --profile college account list --school 0310042X --format csv
    Whose data must go, after three months:
      entctl --profile college account list --state departed --since 3m
after-account-duplicates =
    Parents who stand twice:
      entctl --profile college account duplicates
    What may be joined without a look, in a file:
      entctl --profile college account duplicates --tier certain --decide link --format csv
    Whether one person has another account:
      entctl --profile college account duplicates --against sophie.martin --tier possible
    Without a directory, from what ldapsearch wrote:
      entctl account duplicates --from-ldif people.ldif
after-account-review =
    Look at the accounts that stand twice, and decide (q quits, the same command goes on):
      entctl --profile college account review
    What is decided and waits:
      entctl --profile college account review --list
    Carry it out:
      entctl --profile college account review --apply
after-account-dismiss =
    Two cousins of one name, for good:
      entctl --profile college account dismiss sophie.martin sophie.martin2 --dry-run
    The rows of a spreadsheet that say “dismiss”, looked at first:
      entctl --profile college account dismiss --from pairs.csv --dry-run
after-account-set =
    A telephone number was mistyped:
      entctl --profile college account set "lea dupont 6A" phone="05 61 91 00 01"
    A name, looked at first:
      entctl --profile college account set lea.dupont last-name=Durand --dry-run
after-account-link =
    A mother has an account in each school, one is to be enough:
      entctl account link claire.martin claire.martin2
    Look first, and do nothing:
      entctl account link claire.martin claire.martin2 --dry-run
after-account-unlink =
    They were two people after all:
      entctl account unlink claire.martin2 --reason "two people"
    Look first at what the principal would lose:
      entctl account unlink claire.martin2 --dry-run
after-account-refresh =
    Every night, after the feed:
      entctl --no-input account refresh --yes --wait 600
    The links of one person:
      entctl account refresh claire.martin
after-account-merge =
    A mother stands twice; which account to keep is proposed:
      entctl --profile college account merge marie.durand marie.durand2
    Keep this one, and write down for the letter home who uses which login:
      entctl account merge --keep m.durand --absorb m.durand2 --report letter.csv
after-account-lock =
    Somebody has left:
      entctl --profile college account lock "paul martin 3B" --reason "left the school"
    Several, from a spreadsheet, looked at first:
      entctl --profile college account lock --from left.csv --dry-run
after-account-unlock =
    A pupil mistyped the password too often:
      entctl --profile college account unlock lea.dupont
    Several, from a spreadsheet:
      entctl --profile college account unlock --from back.csv --yes
after-account-export =
    Somebody asks what the directory holds on them, a page to print:
      entctl --profile college account export "lea dupont 6A" --out document.html
    The same for a program:
      entctl --profile college account export lea.dupont --format json
after-plan-show =
    Whose accounts a saved plan would change:
      entctl plan show closing.plan
    The same as LDIF, for an expert:
      entctl plan show closing.plan --format ldif
after-plan-apply =
    Carry out what was planned and looked at:
      entctl --profile college plan apply closing.plan
    Leave out those that others have changed since, and do the others:
      entctl --profile college plan apply closing.plan --keep-going
after-history-list =
    What was done this week, and by whom:
      entctl --profile college history list --since 1w
    What was ever done to one account, and how it ended for it:
      entctl --profile college history list --account lea.dupont
    Did anything fail last night? The exit status is 0 if so, 5 if not:
      entctl --profile college history list --since 26h --outcome failed
    The runs of September, for a program:
      entctl history list --since 01/09/2026 --until 30/09/2026 --format json
after-history-show =
    Who was changed by a run, and how it ended:
      entctl --profile college history show 20260901-083012-k3f9
    The same for a program:
      entctl --profile college history show 20260901-083012-k3f9 --format json
after-history-resume =
    The run that was interrupted:
      entctl --profile college history resume
    One of several:
      entctl --profile college history resume 20260901-083012-k3f9
after-history-export =
    A run to be kept with the papers of the year:
      entctl --profile college history export 20260901-083012-k3f9 --out rentree.json
    The same for a program:
      entctl --profile college history export 20260901-083012-k3f9
after-history-prune =
    What is older than a year, looked at first:
      entctl --profile college history prune --dry-run
    Every summer, two years are kept:
      entctl --profile college history prune --older-than 2y --yes
after-history-undo =
    Look at what would be taken back, then do it:
      entctl --profile college history undo 20260901-083012-k3f9 --dry-run
      entctl --profile college history undo 20260901-083012-k3f9 --reason "wrong class"
    One pupil of the run alone:
      entctl --profile college history undo 20260901-083012-k3f9 --only lea.dupont
after-sandbox-up =
    Two schools to try things out:
      entctl sandbox up
    A large one beside it:
      entctl sandbox up --name large --pupils 5000
after-sandbox-down =
    The usual one:
      entctl sandbox down
    The one called large:
      entctl sandbox down --name large
after-sandbox-status =
    Is it running, and where?
      entctl sandbox status
    The same for a program:
      entctl sandbox status --format json
after-sandbox-reset =
    Back to the first day:
      entctl sandbox reset
    The one called large:
      entctl sandbox reset --name large
after-sandbox-shell =
    A shell in which the directory tools know the sandbox:
      entctl sandbox shell
    In the one called large:
      entctl sandbox shell --name large
after-completions =
    For bash, from the next shell on:
      entctl completions bash > ~/.local/share/bash-completion/completions/entctl
    For fish:
      entctl completions fish > ~/.config/fish/completions/entctl.fish
after-man =
    The pages of a package:
      entctl man --out man
    In a folder of their own:
      entctl man --out target/man
