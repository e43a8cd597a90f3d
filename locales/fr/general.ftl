# Phrases qui ne sont d'aucune pièce en particulier.
plain = { $text }
error = Erreur :
warning = Attention :
because = Cause :
hint = À faire :
nothing-done = Rien n'a été fait.
born = né(e) le { $date }

# Questions
confirm = { $question } [o/N]
confirm-again = Répondez o pour oui ou n pour non.
choose = Votre choix (1 à { $count }, Entrée pour aucun) :
choose-again = Tapez un nombre de 1 à { $count }, ou Entrée pour aucun.

# Les personnes
role-pupil = élève
role-parent = parent
role-teacher = enseignant
role-staff = personnel
role-unknown = rôle inconnu
state-active = actif
state-disabled = désactivé
state-locked = verrouillé après des mots de passe erronés
state-must-change = mot de passe à changer
state-no-password = pas encore de mot de passe
state-linked = compte secondaire
state-absorbed = fusionné avec un autre compte

# Titres des colonnes
column-name = Nom
column-last-name = Nom
column-first-name = Prénom
column-class = Classe
column-role = Rôle
column-school = Établissement
column-birth-date = Né(e) le
column-login = Identifiant
column-sent-to = Envoyé à
column-state = État
column-password = Mot de passe
column-password-changed = Mot de passe donné
column-locked-since = Verrouillé depuis
column-last-login = Dernière connexion
column-temporary-until = Valable jusqu'au
column-run = Opération
column-started = Début
column-user = Par
column-command = Commande
column-change = Modification
column-changes = Fait
column-run-state = État
column-reason = Motif
column-outcome = Résultat
column-evidence = Vu à
column-gone-since = Parti au plus tard le
column-field = Champ
column-before = Avant
column-after = Après
column-because = Cause

# La fiche d'un compte
card-name = Nom
card-birth-name = Nom de naissance
card-role = Rôle
card-school = Établissement
card-class = Classe
card-birth-date = Né(e) le
card-login = Identifiant
card-alias = Alias
card-number = Numéro
card-mail = Adresse e-mail
card-children = Enfants
card-parents = Responsables
card-linked-to = Compte secondaire de
card-linked = Comptes secondaires
card-merged-into = Fusionné avec
card-merged = Comptes fusionnés avec celui-ci
card-former-logins = Anciens identifiants
card-not-shown = Non affichés
card-not-shown-count = { $count ->
        [one] { $count } personne partie ou d'un autre établissement
       *[other] { $count } personnes parties ou d'un autre établissement
    }
card-groups = Groupes
card-state = État
card-locked-since = Verrouillé depuis
card-password-changed = Mot de passe donné
card-last-login = Dernière connexion
card-changed = Dernière modification
card-changed-by = le { $at }, par { $by }
card-last-run = Dernière opération
card-run = { $verb }, le { $at } ({ $run })
card-host = Poste
card-finished = Fin
card-job = Tâche
card-undoes = Annule
card-made = Fait le
card-profile = Profil

exit-status-0 = fait, ou rien à faire
exit-status-1 = échec, rien n'a été modifié
exit-status-2 = commande ou configuration incorrecte
exit-status-3 = fait en partie, ou résultat d'une écriture inconnu
exit-status-4 = des modifications sont à faire (simulation avec --detailed-exitcode)
exit-status-5 = introuvable, ou plusieurs réponses
exit-status-6 = refusé : établissement, rôle, limite de sécurité, ou modifié entre-temps
exit-status-10 = l'annuaire, ou le serveur de messagerie, ne répond pas
exit-status-11 = identifiant, mot de passe ou droits refusés
exit-status-12 = une autre opération est en cours
exit-status-13 = écrit, mais l'e-mail n'est pas parti
exit-status-130 = interrompu

# Pourquoi le système refuse
system-not-found = ce fichier ou ce dossier n'existe pas
system-denied = vous n'en avez pas le droit
system-exists = il y a déjà quelque chose de ce nom
system-not-a-folder = ce chemin passe par un fichier qui n'est pas un dossier
system-a-folder = c'est un dossier, pas un fichier
system-read-only = ce disque est en lecture seule
system-full = le disque est plein
system-too-large = le fichier dépasse la taille permise
system-connection-refused = rien n'écoute à cette adresse
system-no-network = le réseau ne mène pas jusque-là
system-cut = la connexion a été coupée
system-other = réponse du système : { $words }
technical = Détail technique : { $words }
answer-unwritten = La réponse n'a pas pu être écrite en entier.
command-not-allowed = Le profil { $profile } ne permet pas : entctl { $command }
command-not-allowed-hint = Il permet : { $commands }. Pour le reste, adressez-vous à la personne qui l'a configuré.
