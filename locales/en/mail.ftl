# The mail server, and what keeps it from taking a message.
mail-unreachable = The mail server { $server } cannot be reached.
mail-unreachable-hint = Check its address in the configuration, and that this machine may reach it.
mail-timeout = The mail server { $server } did not answer in time.
mail-connection-lost = The mail server { $server } cut the conversation.
mail-certificate = The certificate of the mail server { $server } cannot be checked.
mail-certificate-unknown = The certificate of the mail server { $server } comes from an unknown authority.
mail-certificate-expired = The certificate of the mail server { $server } has expired.
mail-certificate-early = The certificate of the mail server { $server } is not valid yet. Is the clock of this machine right?
mail-certificate-name = The certificate of the mail server { $server } was made for another name.
mail-certificate-hint = For an authority of the school's own, name its certificate: { $setting }
mail-insecure = The conversation with the mail server { $server } cannot be encrypted; nothing was sent.
mail-insecure-hint = Use an address with { $scheme }, or a mail server on this very machine.
mail-denied = The mail server { $server } refuses the name or the password, or asks for them.
mail-denied-hint = Check { $settings } in the configuration.
mail-recipient-refused = The mail server { $server } refuses this address.
mail-temporary = The mail server { $server } does not take this message for now. Try again later.
mail-refused = The mail server { $server } refuses this message.
mail-outcome-unknown = The mail server { $server } did not say whether it took the message.
mail-protocol = What { $server } answers is not from a mail server.
mail-storage = The folder { $server } cannot take messages.
mail-server-says = It answers: { $words }
mail-server-code = It answers with the code { $code }.
mail-ask-password = Password of “{ $user }” for the mail server:
mail-not-configured = The profile “{ $profile }” does not say how to send mail.
mail-not-configured-hint = Add { $section } to the configuration; { $example } shows how.

# Redirects and recovery addresses.
redirect-not-configured = The profile { $profile } does not say how redirects are written in this directory.
redirect-not-configured-hint = Ask whoever runs the mail system, and write [profiles.{ $profile }.redirect] with its way in the configuration.
mail-address = “{ $text }” is not a mail address.
mail-address-hint = Write it in full, without spaces and accents, such as prenom.nom@example.fr
mail-one-account = A redirect is set for one person at a time.
mail-one-account-hint = Name one: entctl mail set lea.dupont --redirect lea@example.fr. Many at once: entctl mail sync
mail-reason-needed = A recovery address lets its owner in: it needs a reason.
mail-reason-needed-redirect = Forgotten passwords of this person are sent to the redirect: whoever receives it gets in, so it needs a reason.
mail-reason-hint = Add --reason and say who asked, and how you know them.
mail-ask = Before you say yes, ask the caller what only the right person can tell:
mail-ask-child = Child, class, birth date
mail-ask-birth-date = Born on
mail-ask-address = Lives at
mail-loop = Mail would come back and go round for ever: { $way }
mail-loop-hint = Clear one of these redirects first: entctl mail clear
mail-sets-recovery = Forgotten passwords are sent to the redirect: the recovery address changes with it.
mail-sets-redirect = The recovery address is the redirect in this directory: the mail of the ENT goes there too.
mail-no-ent-address = This account has no ENT address: there is no mail to redirect yet.

mail-set-nothing = It is so already: nothing to do.
mail-set-confirm = Write this?
mail-set-simulated = Simulation: this would be written. Nothing was done.
mail-set-done = Written (run { $run }).
mail-set-progress = Redirects
mail-clear-nothing = There is none: nothing to do.
mail-clear-confirm = Take this away?
mail-clear-simulated = Simulation: this would be taken away. Nothing was done.
mail-clear-done = Taken away (run { $run }).
mail-clear-progress = Redirects

mail-show-address = ENT address
mail-show-no-address = none
mail-show-redirect = Redirect
mail-show-no-redirect = none: mail stays in the ENT mailbox
mail-show-copy-title = Copy
mail-show-copy = a copy stays in the ENT mailbox
mail-show-no-copy = none stays in the ENT mailbox
mail-show-inactive = the mail system does not act on this redirect
mail-show-recovery = Recovery address
mail-show-recovery-from = { $address } ({ $field })
mail-show-is-redirect = the redirect
mail-show-no-recovery = none: a forgotten password cannot be sent
mail-show-pupil = none: a pupil's password is given at school

# Why it may not be
refusal-mail-stays = { $name } is a pupil: the mail of pupils stays in the ENT.
refusal-redirect-own-address = { $name }: the redirect leads to the ENT address itself.
refusal-redirect-domain = { $name }: the configuration does not let mail go to this domain.
refusal-keep-copy-impossible = { $name }: this mail system cannot keep a copy.
refusal-keep-copy-alone = { $name } has no redirect: every message stays in the ENT mailbox anyway.
refusal-redirect-only-one = { $name }: this directory holds one redirect address.
refusal-no-mailbox = { $name } has no mailbox in the mail system.
refusal-no-recovery = { $name }: no recovery address is kept for this role.
refusal-recovery-behind = { $name }: this is an ENT address, behind the very password that would be sent to it.
refusal-recovery-is-redirect = { $name }: redirect and recovery address are one and the same here, give one.

mail-list-count = { $count ->
    [0] Nobody forwards mail like that.
    [one] 1 redirect
   *[other] { $count } redirects
}
mail-list-external = External
mail-list-loop = Loop
mail-list-no-domains = The profile { $profile } does not say which mail domains are the ENT's own.
mail-list-no-domains-hint = Write own_domains into [profiles.{ $profile }.redirect].

mail-sync-nothing = Everything is as the file says: nothing to do.
mail-sync-confirm = { $count ->
    [one] Change the mail of 1 account?
   *[other] Change the mail of { $count } accounts?
}
mail-sync-simulated = { $count ->
    [one] Simulation: the mail of 1 account would be changed. Nothing was done.
   *[other] Simulation: the mail of { $count } accounts would be changed. Nothing was done.
}
mail-sync-done = { $count ->
    [one] Mail of 1 account changed (run { $run }).
   *[other] Mail of { $count } accounts changed (run { $run }).
}
mail-sync-progress = Redirects
mail-sync-shrank = The file has { $now } rows; last time it had { $before }. Its source looks broken: nothing was done.
mail-sync-fewer = The file has { $now } redirects; the directory has { $before }. Its source looks broken: nothing was done.
mail-sync-not-pruned = Some rows name nobody: those who are not in the file keep their redirect this time, for one of them may be meant.
mail-sync-shrank-hint = If it is right all the same: --max-shrink 100%
mail-sync-loops = { $count ->
    [one] The file makes a loop: mail would go round for ever. Nothing was done.
   *[other] The file makes { $count } loops: mail would go round for ever. Nothing was done.
}
mail-sync-loop = { $count ->
    [one] line { $lines }: { $way }
   *[other] lines { $lines }: { $way }
}
wait-without-job = --wait is about a job: give --job too.
refusal-redirect-loop = { $name }: mail would come back and go round for ever.
refusal-address-invalid = { $name }: this is not a mail address.
refusal-keep-copy-invalid = { $name }: the copy is neither yes nor no.

# Notices to those whose password, redirect or recovery address was changed.
notices-to = { $count ->
    [one] A notice without any secret will be mailed to { $addresses }.
   *[other] Notices without any secret will be mailed to { $addresses }.
}
notices-many = { $count } notices without any secret will be mailed to those concerned.
notices-sent = { $count ->
    [one] 1 notice was mailed.
   *[other] { $count } notices were mailed.
}
notices-progress = Notices
notices-failed = { $name } was not told at { $address }: { $reason }
notices-too-long = The mail server took too long.
notices-interrupted = interrupted.
notices-not-in-plan = --notify is for the moment of writing: give it to plan apply.
outcome-address-invalid = this is not a mail address.
