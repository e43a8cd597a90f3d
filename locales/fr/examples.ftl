# Exemples sous l'aide de chaque commande : une ligne dit à quoi ça sert, puis la commande, en retrait.
# Un test vérifie que chaque ligne de commande est juste.
after-entctl =
    Essayer dans des établissements inventés :
      entctl sandbox up
      entctl --profile sandbox account find dupont
    Une élève a oublié son mot de passe :
      entctl --profile college password reset "lea dupont 6A"
after-password-reset =
    Une élève a oublié son mot de passe, elle est devant vous :
      entctl --profile college password reset "lea dupont 6A"
    Des étiquettes à découper pour une classe :
      entctl --profile college password reset --class 6A --slips etiquettes-6A.html
    De nouveaux élèves dans un tableur, sans ceux qui ont déjà choisi leur mot de passe :
      entctl --profile college password reset --from nouveaux.csv --only-new --slips etiquettes.csv
    Des premiers courriers pour les parents sans mot de passe, en simulation d'abord :
      entctl password reset --role parent --first --only-new --slips lettres.html --dry-run
after-password-send =
    Une mère a oublié son mot de passe : à qui l'on écrirait, et la lettre :
      entctl --profile college password send "claire martin" --dry-run
    L'envoyer :
      entctl --profile college password send "claire martin" --reason "venue au secrétariat"
    Tous les enseignants, ceux à qui l'on ne peut écrire dans un fichier :
      entctl --profile college password send --role teacher --keep-going --rejects sans-adresse.csv
    Ce que demande la page de connexion, tant que la commande tourne :
      entctl --no-input --profile college password send --requested --watch
after-password-change =
    Demande l'identifiant, le mot de passe actuel et deux fois le nouveau :
      entctl password change
    La même chose quand l'identifiant est connu :
      entctl password change lea.dupont
after-password-status =
    Cette élève a-t-elle déjà changé son mot de passe ?
      entctl --profile college password status "lea dupont 6A"
    Toute une classe, pour un tableur :
      entctl --profile college password status --class 6A --format csv
after-password-expire =
    Qu'est-ce qui est arrivé à échéance, et pour qui ?
      entctl --profile college password expire --dry-run
    Toutes les nuits, par cron ou une minuterie :
      entctl --profile college password expire --yes --wait 600
after-mail-show =
    Où va son courrier ?
      entctl --profile college mail show "claire martin"
    La même chose pour un programme :
      entctl --profile college mail show claire.martin --format json
after-mail-set =
    Une enseignante veut le courrier de l'ENT dans une autre boîte, et en garder une copie :
      entctl mail set claire.martin --redirect cm@example.fr --keep-copy --reason "vue au bureau"
    Un parent s'est présenté au secrétariat pour une adresse de secours :
      entctl mail set jean.dupont --recovery jean@example.fr --reason "carte d'identité vue"
after-mail-clear =
    Le courrier de l'ENT y reste de nouveau :
      entctl --profile college mail clear claire.martin --redirect
    Une adresse de secours qui n'est plus la sienne :
      entctl --profile college mail clear jean.dupont --recovery
after-mail-list =
    Qui fait suivre le courrier de l'ENT ailleurs ?
      entctl --profile college mail list --external
    Le courrier qui tourne en boucle, pour un tableur :
      entctl --profile college mail list --loops --format csv
after-mail-sync =
    Qu'est-ce qui changerait ?
      entctl --profile college mail sync redirections.csv --dry-run
    Chaque nuit ; qui n'est plus dans le fichier perd sa redirection :
      entctl --profile college mail sync redirections.csv --prune --keep-going --yes
after-account-find =
    Par le nom et la classe, sans se soucier des accents ni de l'ordre :
      entctl --profile college account find dupont 6A
    Par une partie de l'adresse e-mail :
      entctl --profile college account find lea.dupont@
after-account-show =
    Tout sur une personne :
      entctl --profile college account show "lea dupont 6A"
    La même chose pour un programme :
      entctl --profile college account show lea.dupont --format json
after-account-list =
    Les élèves d'une classe :
      entctl --profile college account list --class 6A
    Les parents qui n'ont pas encore de mot de passe :
      entctl --profile college account list --role parent --state no-password
    Tous les comptes d'un établissement, pour un tableur :
      entctl --profile college account list --school 0310042X --format csv
    Les données de qui doivent disparaître, au bout de trois mois :
      entctl --profile college account list --state departed --since 3m
after-account-duplicates =
    Les parents qui existent en double :
      entctl --profile college account duplicates
    Ce qui peut être rapproché sans relecture, dans un fichier :
      entctl --profile college account duplicates --tier certain --decide link --format csv
    Une personne a-t-elle un autre compte ?
      entctl --profile college account duplicates --against sophie.martin --tier possible
    Sans annuaire, à partir de ce qu'a écrit ldapsearch :
      entctl account duplicates --from-ldif people.ldif
after-account-review =
    Regarder les comptes en double, et décider (q quitte, la même commande reprend) :
      entctl --profile college account review
    Ce qui est décidé et attend :
      entctl --profile college account review --list
    L'appliquer :
      entctl --profile college account review --apply
after-account-dismiss =
    Deux cousines du même nom, une fois pour toutes :
      entctl --profile college account dismiss sophie.martin sophie.martin2 --dry-run
    Les lignes d'un tableur qui portent « dismiss », en simulation d'abord :
      entctl --profile college account dismiss --from paires.csv --dry-run
after-account-set =
    Un numéro de téléphone mal saisi :
      entctl --profile college account set "lea dupont 6A" phone="05 61 91 00 01"
    Un nom, en simulation d'abord :
      entctl --profile college account set lea.dupont last-name=Durand --dry-run
after-account-link =
    Une mère a un compte par établissement, un seul doit suffire :
      entctl account link claire.martin claire.martin2
    Voir d'abord, sans rien faire :
      entctl account link claire.martin claire.martin2 --dry-run
after-account-unlink =
    Ce n'était pas la même personne :
      entctl account unlink claire.martin2 --reason "deux personnes"
    Voir d'abord ce que le compte principal perdrait :
      entctl account unlink claire.martin2 --dry-run
after-account-refresh =
    Chaque nuit, après l'alimentation :
      entctl --no-input account refresh --yes --wait 600
    Les rapprochements d'une seule personne :
      entctl account refresh claire.martin
after-account-merge =
    Une mère figure deux fois ; le compte à garder est proposé :
      entctl --profile college account merge marie.durand marie.durand2
    Garder celui-ci, et noter pour la lettre aux familles qui utilise quel identifiant :
      entctl account merge --keep m.durand --absorb m.durand2 --report lettre.csv
after-account-lock =
    Quelqu'un est parti :
      entctl --profile college account lock "paul martin 3B" --reason "a quitté l'établissement"
    Plusieurs comptes, depuis un tableur, en simulation d'abord :
      entctl --profile college account lock --from departs.csv --dry-run
after-account-unlock =
    Une élève s'est trop souvent trompée de mot de passe :
      entctl --profile college account unlock lea.dupont
    Plusieurs, depuis un tableur :
      entctl --profile college account unlock --from retours.csv --yes
after-account-export =
    Quelqu'un demande ce que l'annuaire sait de lui, une page à imprimer :
      entctl --profile college account export "lea dupont 6A" --out releve.html
    La même chose pour un programme :
      entctl --profile college account export lea.dupont --format json
after-plan-show =
    Quels comptes un plan enregistré modifierait :
      entctl plan show closing.plan
    La même chose en LDIF, pour un spécialiste :
      entctl plan show closing.plan --format ldif
after-plan-apply =
    Exécuter ce qui a été planifié et relu :
      entctl --profile college plan apply closing.plan
    Laisser de côté ceux que d'autres ont modifiés depuis, et faire les autres :
      entctl --profile college plan apply closing.plan --keep-going
after-history-list =
    Ce qui a été fait cette semaine, et par qui :
      entctl --profile college history list --since 1w
    Tout ce qui a été fait sur un compte, avec le résultat pour lui :
      entctl --profile college history list --account lea.dupont
    Y a-t-il eu un échec cette nuit ? Le code de retour est 0 si oui, 5 si non :
      entctl --profile college history list --since 26h --outcome failed
    Les opérations de septembre, pour un programme :
      entctl history list --since 01/09/2026 --until 30/09/2026 --format json
after-history-show =
    Qui a été modifié par une opération, et comment elle s'est terminée :
      entctl --profile college history show 20260901-083012-k3f9
    La même chose pour un programme :
      entctl --profile college history show 20260901-083012-k3f9 --format json
after-history-resume =
    L'opération qui a été interrompue :
      entctl --profile college history resume
    L'une d'elles, quand il y en a plusieurs :
      entctl --profile college history resume 20260901-083012-k3f9
after-history-export =
    Une opération à garder avec les papiers de l'année :
      entctl --profile college history export 20260901-083012-k3f9 --out rentree.json
    La même pour un programme :
      entctl --profile college history export 20260901-083012-k3f9
after-history-prune =
    Ce qui a plus d'un an, d'abord pour voir :
      entctl --profile college history prune --dry-run
    Chaque été, en gardant deux ans :
      entctl --profile college history prune --older-than 2y --yes
after-history-undo =
    Voir ce qui serait annulé, puis le faire :
      entctl --profile college history undo 20260901-083012-k3f9 --dry-run
      entctl --profile college history undo 20260901-083012-k3f9 --reason "mauvaise classe"
    Un seul élève de l'opération :
      entctl --profile college history undo 20260901-083012-k3f9 --only lea.dupont
after-sandbox-up =
    Deux établissements pour essayer :
      entctl sandbox up
    Un grand bac à sable à côté :
      entctl sandbox up --name grand --pupils 5000
after-sandbox-down =
    Celui de tous les jours :
      entctl sandbox down
    Celui qui s'appelle grand :
      entctl sandbox down --name grand
after-sandbox-status =
    Est-il démarré, et où ?
      entctl sandbox status
    La même chose pour un programme :
      entctl sandbox status --format json
after-sandbox-reset =
    Retour au premier jour :
      entctl sandbox reset
    Celui qui s'appelle grand :
      entctl sandbox reset --name grand
after-sandbox-shell =
    Un terminal où les outils d'annuaire connaissent le bac à sable :
      entctl sandbox shell
    Dans celui qui s'appelle grand :
      entctl sandbox shell --name grand
after-completions =
    Pour bash, à partir du prochain terminal :
      entctl completions bash > ~/.local/share/bash-completion/completions/entctl
    Pour fish :
      entctl completions fish > ~/.config/fish/completions/entctl.fish
after-man =
    Les pages d'un paquet :
      entctl man --out man
    Dans un dossier à part :
      entctl man --out target/man
