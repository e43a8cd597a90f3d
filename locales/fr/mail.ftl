# Le serveur de messagerie, et ce qui l'empêche de prendre un message.
mail-unreachable = Le serveur de messagerie { $server } ne répond pas.
mail-unreachable-hint = Vérifiez son adresse dans la configuration, et que ce poste a le droit de le joindre.
mail-timeout = Le serveur de messagerie { $server } n'a pas répondu à temps.
mail-connection-lost = Le serveur de messagerie { $server } a coupé la conversation.
mail-certificate = Le certificat du serveur de messagerie { $server } ne peut pas être vérifié.
mail-certificate-unknown = Le certificat du serveur de messagerie { $server } vient d'une autorité inconnue.
mail-certificate-expired = Le certificat du serveur de messagerie { $server } a expiré.
mail-certificate-early = Le certificat du serveur de messagerie { $server } n'est pas encore valable. L'horloge de ce poste est-elle à l'heure ?
mail-certificate-name = Le certificat du serveur de messagerie { $server } a été fait pour un autre nom.
mail-certificate-hint = Pour une autorité propre à l'établissement, indiquez son certificat : { $setting }
mail-insecure = La conversation avec le serveur de messagerie { $server } ne peut pas être chiffrée ; rien n'a été envoyé.
mail-insecure-hint = Utilisez une adresse en { $scheme }, ou un serveur de messagerie sur ce poste même.
mail-denied = Le serveur de messagerie { $server } refuse le nom ou le mot de passe, ou en demande.
mail-denied-hint = Vérifiez { $settings } dans la configuration.
mail-recipient-refused = Le serveur de messagerie { $server } refuse cette adresse.
mail-temporary = Le serveur de messagerie { $server } ne prend pas ce message pour le moment. Réessayez plus tard.
mail-refused = Le serveur de messagerie { $server } refuse ce message.
mail-outcome-unknown = Le serveur de messagerie { $server } n'a pas dit s'il a pris le message.
mail-protocol = Ce que répond { $server } n'est pas d'un serveur de messagerie.
mail-storage = Le dossier { $server } ne peut pas recevoir de messages.
mail-server-says = Il répond : { $words }
mail-server-code = Il répond par le code { $code }.
mail-ask-password = Mot de passe de « { $user } » pour le serveur de messagerie :
mail-not-configured = Le profil « { $profile } » ne dit pas par où envoyer des e-mails.
mail-not-configured-hint = Ajoutez { $section } à la configuration ; { $example } montre comment.

# Redirections et adresses de secours.
redirect-not-configured = Le profil { $profile } ne dit pas comment les redirections s'écrivent dans cet annuaire.
redirect-not-configured-hint = Demandez-le aux responsables de la messagerie, puis écrivez [profiles.{ $profile }.redirect] et sa façon (way) dans la configuration.
mail-address = « { $text } » n'est pas une adresse mail.
mail-address-hint = Écrivez-la en entier, sans espace ni accent, par exemple prenom.nom@example.fr
mail-one-account = Une redirection se pose pour une personne à la fois.
mail-one-account-hint = Nommez-en une : entctl mail set lea.dupont --redirect lea@example.fr. Beaucoup à la fois : entctl mail sync
mail-reason-needed = Une adresse de secours ouvre le compte à qui la lit : il faut un motif.
mail-reason-needed-redirect = Les mots de passe oubliés de cette personne partent à l'adresse de redirection : qui la lit peut entrer, il faut donc un motif.
mail-reason-hint = Ajoutez --reason : qui l'a demandé, et comment vous avez reconnu cette personne.
mail-ask = Avant de dire oui, demandez à la personne ce qu'elle seule peut dire :
mail-ask-child = Enfant, classe, naissance
mail-ask-birth-date = Date de naissance
mail-ask-address = Adresse postale
mail-loop = Le courrier reviendrait et tournerait sans fin : { $way }
mail-loop-hint = Retirez d'abord une de ces redirections : entctl mail clear
mail-sets-recovery = Les mots de passe oubliés partent à l'adresse de redirection : l'adresse de secours change avec elle.
mail-sets-redirect = Dans cet annuaire, l'adresse de secours est l'adresse de redirection : le courrier de l'ENT y va aussi.
mail-no-ent-address = Ce compte n'a pas d'adresse ENT : il n'y a pas encore de courrier à rediriger.

mail-set-nothing = C'est déjà ainsi : rien à faire.
mail-set-confirm = Enregistrer ?
mail-set-simulated = Simulation : ceci serait enregistré. Rien n'a été fait.
mail-set-done = Enregistré (opération { $run }).
mail-set-progress = Redirections
mail-clear-nothing = Il n'y en a pas : rien à faire.
mail-clear-confirm = Retirer ?
mail-clear-simulated = Simulation : ceci serait retiré. Rien n'a été fait.
mail-clear-done = Retiré (opération { $run }).
mail-clear-progress = Redirections

mail-show-address = Adresse ENT
mail-show-no-address = aucune
mail-show-redirect = Redirection
mail-show-no-redirect = aucune : le courrier reste dans la boîte de l'ENT
mail-show-copy-title = Copie
mail-show-copy = une copie reste dans la boîte de l'ENT
mail-show-no-copy = aucune ne reste dans la boîte de l'ENT
mail-show-inactive = la messagerie ne tient pas compte de cette redirection
mail-show-recovery = Adresse de secours
mail-show-recovery-from = { $address } ({ $field })
mail-show-is-redirect = l'adresse de redirection
mail-show-no-recovery = aucune : un mot de passe oublié ne peut pas être envoyé
mail-show-pupil = aucune : le mot de passe d'un élève se donne à l'école

# Pourquoi ce n'est pas possible
refusal-mail-stays = { $name } est élève : le courrier des élèves reste dans l'ENT.
refusal-redirect-own-address = { $name } : la redirection mène à l'adresse ENT elle-même.
refusal-redirect-domain = { $name } : la configuration ne laisse pas partir le courrier vers ce domaine.
refusal-keep-copy-impossible = { $name } : cette messagerie ne peut pas garder de copie.
refusal-keep-copy-alone = { $name } n'a pas de redirection : tout le courrier reste de toute façon dans la boîte de l'ENT.
refusal-redirect-only-one = { $name } : cet annuaire ne garde qu'une adresse de redirection.
refusal-no-mailbox = { $name } n'a pas de boîte dans la messagerie.
refusal-no-recovery = { $name } : aucune adresse de secours n'est prévue pour ce rôle.
refusal-recovery-behind = { $name } : c'est une adresse de l'ENT, derrière le mot de passe même qui y serait envoyé.
refusal-recovery-is-redirect = { $name } : adresse de redirection et adresse de secours ne font qu'une ici, n'en donnez qu'une.

mail-list-count = { $count ->
    [0] Aucune redirection de ce genre.
    [one] 1 redirection
   *[other] { $count } redirections
}
mail-list-external = Externe
mail-list-loop = Boucle
mail-list-no-domains = Le profil { $profile } ne dit pas quels domaines de courriel sont ceux de l'ENT.
mail-list-no-domains-hint = Écrivez own_domains dans [profiles.{ $profile }.redirect].

mail-sync-nothing = Tout est comme le dit le fichier : rien à faire.
mail-sync-confirm = { $count ->
    [one] Modifier le courrier de 1 compte ?
   *[other] Modifier le courrier de { $count } comptes ?
}
mail-sync-simulated = { $count ->
    [one] Simulation : le courrier de 1 compte serait modifié. Rien n'a été fait.
   *[other] Simulation : le courrier de { $count } comptes serait modifié. Rien n'a été fait.
}
mail-sync-done = { $count ->
    [one] Courrier de 1 compte modifié (opération { $run }).
   *[other] Courrier de { $count } comptes modifié (opération { $run }).
}
mail-sync-progress = Redirections
mail-sync-shrank = Le fichier a { $now } lignes ; la fois précédente, il en avait { $before }. Sa source semble en panne : rien n'a été fait.
mail-sync-fewer = Le fichier a { $now } redirections ; l'annuaire en a { $before }. Sa source semble en panne : rien n'a été fait.
mail-sync-not-pruned = Des lignes ne correspondent à personne : ceux qui ne sont pas dans le fichier gardent cette fois leur redirection, car l'un d'eux est peut-être visé.
mail-sync-shrank-hint = S'il est juste malgré tout : --max-shrink 100%
mail-sync-loops = { $count ->
    [one] Le fichier forme une boucle : le courrier tournerait sans fin. Rien n'a été fait.
   *[other] Le fichier forme { $count } boucles : le courrier tournerait sans fin. Rien n'a été fait.
}
mail-sync-loop = { $count ->
    [one] ligne { $lines } : { $way }
   *[other] lignes { $lines } : { $way }
}
wait-without-job = --wait attend une tâche : donnez aussi --job.
refusal-redirect-loop = { $name } : le courrier reviendrait et tournerait sans fin.
refusal-address-invalid = { $name } : ce n'est pas une adresse mail.
refusal-keep-copy-invalid = { $name } : la copie n'est ni oui ni non.

# Avis à ceux dont le mot de passe, la redirection ou l'adresse de secours a été modifié.
notices-to = { $count ->
    [one] Un avis, sans rien de confidentiel, sera envoyé par e-mail à { $addresses }.
   *[other] Des avis, sans rien de confidentiel, seront envoyés par e-mail à { $addresses }.
}
notices-many = { $count } avis, sans rien de confidentiel, seront envoyés par e-mail aux personnes concernées.
notices-sent = { $count ->
    [one] 1 avis envoyé par e-mail.
   *[other] { $count } avis envoyés par e-mail.
}
notices-progress = Avis
notices-failed = { $name } n'a pas pu être prévenu(e) à l'adresse { $address } : { $reason }
notices-too-long = Le serveur de messagerie a mis trop de temps.
notices-interrupted = interruption.
notices-not-in-plan = --notify vaut au moment de l'écriture : donnez-le à plan apply.
outcome-address-invalid = ce n'est pas une adresse e-mail.
