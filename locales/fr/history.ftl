# Ce qui a été fait, et comment le terminer.
history-unwritable = L'historique « { $path } » ne peut pas être écrit : rien n'a été fait.
history-unwritable-hint = Libérez de la place ou corrigez les droits de ce dossier ; rien n'est jamais modifié sans trace.
history-unreadable = L'historique « { $path } » ne peut pas être lu.
history-world-writable = N'importe qui sur cette machine peut écrire dans l'historique « { $path } » : rien n'y serait digne de confiance.
history-world-writable-hint = Ne laissez y écrire que son propriétaire et un groupe d'administrateurs : chmod o-w.
history-no-such-run = Il n'y a pas d'opération { $run }.
history-no-such-run-hint = entctl history list les montre toutes.
history-under-way = L'opération { $run } est en cours dans une autre fenêtre.
history-newer = L'opération { $run } a été écrite par un entctl plus récent (format { $version }).
history-no-run-matches = Aucune opération ne correspond.
history-since = commencée le { $at } ou après
history-before = commencée avant le { $at }
history-of-job = de la tâche { $job }
history-of-user = de l'utilisateur { $user }
history-not-a-time = « { $text } » n'est pas un moment que { $option } comprend.
history-time-to-come = « { $text } » est encore à venir : { $option } attend un moment passé.
history-not-a-time-hint = Une date (22/11/2026 ou 2026-11-22), un moment (22/11/2026 17:12) ou une durée : 26h, 3j, 2w, 3m (heures, jours, semaines, mois).
history-since-after-until = --since vient après --until : aucune opération ne peut être entre les deux.
history-nobody = L'historique ne connaît personne du nom de « { $text } ».
history-nobody-hint = Tapez l'identifiant, le numéro ou le nom entier, tel que le montre history show.
history-several = L'historique connaît plusieurs personnes du nom de « { $text } » :
history-several-hint = Tapez l'identifiant ou le numéro de la bonne personne.
run-running = en cours
run-prepared = arrêtée avant d'écrire
run-unfinished = interrompue
run-finished = terminée
execute-interrupted = Interrompu : les modifications en cours ont été terminées, les autres n'ont pas commencé.
transactions-not-offered = Ce serveur ne sait pas écrire de nombreuses modifications d'un seul bloc (`transactions`) : elles sont écrites une à une.
transactions-replicated = D'autres serveurs gardent des copies de cet annuaire, ou celui-ci en est une : de nombreuses modifications écrites d'un seul bloc pourraient rendre ces copies fausses. Rien n'a été écrit.
transactions-replication-unclear = Impossible de voir si d'autres serveurs gardent des copies de cet annuaire : de nombreuses modifications écrites d'un seul bloc pourraient les rendre fausses. Rien n'a été écrit.
transactions-replicated-hint = Mettez transactions à « off » dans le profil. Si l'on sait qu'aucune copie ne compte, on peut y écrire « guarded-although-replicated ».
execute-outcome-unknown = Pour certains comptes, on ne sait pas encore s'ils ont été modifiés.
execute-not-taken-back = Une modification n'a pas pu être annulée : certains comptes ne sont modifiés qu'à moitié.
outcome-drift = modifié par quelqu'un d'autre entre-temps, laissé tel quel
outcome-drift-disabled = désactivé par quelqu'un d'autre entre-temps, laissé tel quel
outcome-gone = n'existe plus
outcome-owner-changed = a choisi un autre mot de passe depuis, laissé tel quel
outcome-taken-back = annulé, car le reste de la même décision n'a pas pu être fait
outcome-held-back = non commencé, car le reste de la même décision n'a pas pu être fait
outcome-not-taken-back = fait à moitié, et l'annuaire a refusé de l'annuler
outcome-half-done = arrêté à mi-chemin, reste à terminer
outcome-by-another = déjà fait, par quelqu'un d'autre
outcome-reset-since = a reçu un autre mot de passe depuis, laissé tel quel
outcome-protected = protégé par la configuration, laissé tel quel
outcome-out-of-scope = relève d'un établissement hors de ce profil, laissé tel quel
outcome-account-absorbed = fusionné depuis avec un autre compte, reste fermé
outcome-account-secondary = devenu depuis le compte secondaire d'un rapprochement, reste fermé
outcome-outcome-unknown = pas de réponse : on ne sait pas si c'est fait
outcome-no-rights = pas le droit de le modifier
outcome-password-too-short = mot de passe trop court pour l'annuaire
outcome-password-too-weak = mot de passe trop simple pour l'annuaire
outcome-password-too-young = mot de passe changé trop récemment
outcome-password-used-before = mot de passe déjà utilisé
outcome-password-refused = mot de passe refusé par l'annuaire
outcome-password-change-forbidden = le mot de passe ne peut pas être changé
outcome-server-refused = refusé par l'annuaire
outcome-refused-by-server = refusé par l'annuaire
outcome-value-conflict = modifié par quelqu'un d'autre entre-temps, laissé tel quel
outcome-busy = l'annuaire était trop occupé
outcome-password-expired = le mot de passe a expiré
outcome-old-password-needed = l'annuaire demande aussi l'ancien mot de passe
outcome-account-locked = le compte est verrouillé
outcome-credentials = l'annuaire a refusé le compte de ce profil
outcome-own-account-locked = le compte de ce profil est verrouillé ou désactivé
outcome-own-password-must-change = le compte de ce profil doit d'abord changer son mot de passe
outcome-size-limit = limite de l'annuaire atteinte
outcome-server-time-limit = l'annuaire a mis trop de temps
outcome-protocol = réponse incompréhensible de l'annuaire
outcome-insecure = l'annuaire exige une connexion chiffrée
outcome-mail-unreachable = le serveur de messagerie ne répond pas
outcome-mail-timeout = le serveur de messagerie n'a pas répondu à temps
outcome-mail-connection-lost = le serveur de messagerie a coupé la conversation
outcome-mail-certificate = le certificat du serveur de messagerie n'a pas pu être vérifié
outcome-mail-insecure = le serveur de messagerie ne propose pas de chiffrement
outcome-mail-denied = le serveur de messagerie a refusé le nom ou le mot de passe
outcome-mail-recipient-refused = le serveur de messagerie a refusé l'adresse
outcome-mail-temporary = le serveur de messagerie ne prenait pas de message pour l'instant
outcome-mail-refused = le serveur de messagerie a refusé le message
outcome-mail-outcome-unknown = le serveur de messagerie n'a pas dit s'il a pris le message
outcome-mail-protocol = la réponse du serveur de messagerie est incompréhensible
outcome-mail-storage = le dossier des e-mails ne peut pas être écrit
outcome-letters-not-written = l'e-mail n'a pas pu être rédigé
outcome-role-pupil = est élève, rien n'est envoyé
outcome-role-unknown = l'annuaire ne dit pas qui c'est
outcome-account-disabled = le compte est désactivé, rien n'est envoyé
outcome-recovery-unusable = l'adresse de secours n'est pas une adresse e-mail utilisable
outcome-recovery-missing = pas d'adresse de secours
outcome-recovery-behind = l'adresse de secours mène dans l'ENT
outcome-recovery-shared = d'autres comptes ont la même adresse de secours
outcome-sent-too-often = le maximum de mots de passe provisoires est déjà envoyé
mail-state-prepared = pas encore écrit
mail-state-written = écrit, envoi incertain
mail-state-mailed = envoyé
mail-state-failed = pas envoyé
mail-state-restored = pas envoyé, ancien mot de passe rétabli
outcome-kind-pending = pas commencé
outcome-kind-done = fait
outcome-kind-unchanged = déjà ainsi
outcome-kind-refused = refusé
outcome-kind-failed = échec
outcome-kind-unknown = inconnu
resume-nothing = Aucune opération n'attend d'être terminée.
resume-finished = L'opération { $run } est déjà terminée.
resume-forgotten = L'opération { $run } n'avait rien écrit ; elle est retirée de l'historique.
resume-several = { $count } opérations attendent d'être terminées ; choisissez-en une :
resume-other-profile = L'opération { $run } se termine avec le profil qui l'a commencée.
resume-slips-lost = Les étiquettes de cette opération sont perdues : de nouveaux mots de passe sont donnés.
resume-not-shown = Les mots de passe de cette opération n'ont été montrés à personne : de nouveaux sont donnés.
resume-progress = Reprise
resume-done = { $count ->
        [one] { $count } compte modifié (opération { $run }).
       *[other] { $count } comptes modifiés (opération { $run }).
    }
resume-owner-knows = { $name } changeait son propre mot de passe : cette personne seule peut dire lequel est bon. Qu'elle essaie le nouveau, puis l'ancien.
outcome-owner-knows = seul le propriétaire sait quel mot de passe est bon
run-left = Interrompu aussitôt : history resume termine ce qui reste.
history-not-recorded = C'est écrit dans l'annuaire, mais l'historique n'a pas pu être complété.
bundle-not-one = « { $file } » n'est pas une opération écrite par history export.
bundle-damaged = « { $file } » a été coupé ou modifié depuis que history export l'a écrit : il n'est pas utilisé.
bundle-newer = « { $file } » a été écrit par un entctl plus récent.
history-exported = Opération { $run } : { $path }
history-exported-unfinished = L'opération { $run } n'est pas terminée : ce qui reste à faire n'y figure pas.
history-empty = Aucune opération dans l'historique.
prune-nothing = Aucune opération n'est assez ancienne : rien à retirer.
prune-question = { $what } { $back } Les retirer définitivement de l'historique ?
prune-not-an-age-hint = Une durée : 6m, 1a, 2ans (mois, années ; h, j et w pour heures, jours, semaines). Ou une date passée : 01/09/2025.
prune-kept = L'opération { $run } reste : { $why }
prune-what-goes = { $count ->
        [one] { $count } opération part, commencée le { $oldest }.
       *[other] { $count } opérations partent, commencées entre le { $oldest } et le { $newest }.
    }
prune-no-way-back = { $count ->
        [0] Rien de tout cela ne pouvait encore être annulé.
        [one] { $count } d'entre elles peut encore être annulée : elle ne le pourra plus ensuite.
       *[other] { $count } d'entre elles peuvent encore être annulées : elles ne le pourront plus ensuite.
    }
prune-done = { $count ->
        [one] { $count } opération retirée de l'historique.
       *[other] { $count } opérations retirées de l'historique.
    }
