# L'aide en français. L'aide en anglais est le commentaire de chaque argument dans src/commands et src/cli.
# Une phrase par ligne, une majuscule au début, pas de point à la fin.

# Commandes
help-entctl = Administre les comptes de l'ENT d'un établissement dans son annuaire
help-password = Donne, change et vérifie les mots de passe
help-password-reset = Donne aux élèves un nouveau mot de passe provisoire, à changer à la première connexion
help-password-send = Envoie par e-mail un mot de passe provisoire à des parents, enseignants ou personnels
help-password-change = Change votre propre mot de passe
help-password-expire = Met fin aux mots de passe provisoires non utilisés à temps (pour cron)
help-password-status = Montre où en sont les mots de passe : à changer, verrouillés, jamais donnés
help-mail = Montre et règle où va le courrier de l'ENT, et où un mot de passe oublié peut être envoyé
help-mail-show = Montre l'adresse ENT d'un compte, sa redirection et son adresse de secours
help-mail-set = Redirige le courrier d'un compte, ou lui donne une adresse de secours
help-mail-clear = Retire une redirection ou une adresse de secours
help-mail-list = Montre qui redirige son courrier où, et le courrier qui tourne en boucle
help-mail-sync = Met redirections et adresses de secours en accord avec un fichier
help-account = Trouve les personnes, montre leurs comptes, les désactive et les rouvre
help-account-find = Cherche des personnes par leur nom tel qu'on le dit, un identifiant, une adresse e-mail, ou une partie
help-account-show = Montre un compte : identité, établissement, classe, famille, groupes, état
help-account-list = Dresse la liste des comptes d'une classe, d'un groupe, d'un établissement, d'un rôle ou d'un état
help-account-duplicates = Trouve les personnes qui ont plusieurs comptes, et dit pourquoi
help-account-dismiss = Retient que deux comptes sont de deux personnes, si semblables soient-ils
help-account-set = Corrige les données d'une personne : nom, date de naissance, téléphone, adresse…
help-account-lock = Désactive des comptes : plus personne ne s'y connecte tant qu'ils ne sont pas déverrouillés
help-account-unlock = Déverrouille des comptes désactivés, ou verrouillés après des mots de passe erronés
help-account-export = Donne à une personne tout ce que l'annuaire sait d'elle
help-plan = Relit un plan enregistré avec --plan, et l'exécute
help-plan-show = Montre un plan enregistré : quels comptes, et ce qui serait fait
help-plan-apply = Exécute un plan enregistré, sauf si quelque chose a changé depuis
help-history = Montre ce qui a été fait, par qui et pourquoi, l'annule, et termine ce qui a été interrompu
help-history-list = Dresse la liste des opérations, la plus récente d'abord
help-history-show = Montre une opération : qui, quand, pourquoi, et le résultat pour chaque compte
help-history-undo = Annule une opération : chaque compte redevient comme avant, sauf ce que d'autres ont modifié depuis
help-history-resume = Termine une opération interrompue
help-history-export = Écrit une opération dans un fichier, pour la garder ailleurs
help-history-prune = Retire les anciennes opérations de l'historique
help-sandbox = Un véritable annuaire avec deux établissements inventés, pour apprendre et pour essayer
help-sandbox-up = Démarre le bac à sable, et le crée s'il n'existe pas
help-sandbox-down = Arrête le bac à sable et en efface tout
help-sandbox-status = Montre où se trouve le bac à sable, et comment le joindre
help-sandbox-reset = Recommence avec les personnes telles qu'elles étaient au début
help-sandbox-shell = Ouvre un terminal où entctl et les outils d'annuaire parlent au bac à sable
help-completions = Affiche le script qui complète les commandes dans un terminal
help-man = Écrit les pages de manuel

# Options générales
arg-config = Fichier de configuration à lire à la place du fichier habituel
arg-profile = Profil de la configuration : quel annuaire, au nom de qui, quels établissements
arg-format = Présentation des réponses
arg-lang = Langue des messages : en (anglais) ou fr (français)
arg-quiet = N'affiche que les avertissements et les erreurs
arg-verbose = Raconte ce qui se passe, en termes techniques
arg-no-input = Ne pose aucune question et échoue s'il faut une réponse
arg-color = Quand utiliser les couleurs

# Quels comptes
arg-accounts = Comptes : identifiant, alias, adresse e-mail, numéro, ou nom tel qu'on le dit
arg-class = Les personnes de cette classe : ses élèves, leurs parents ou ses enseignants, selon ceux que vise la commande
arg-group = Les membres de ce groupe
arg-school = Les personnes de l'établissement qui porte ce numéro UAI
arg-role = Les personnes qui ont ce rôle
arg-filter = Les personnes que retient un filtre RFC 4515
arg-from = Les comptes nommés dans un fichier CSV (- pour l'entrée standard) : une colonne login, ou tout autre moyen de les reconnaître
arg-account-list-since = Avec --state departed : seulement les personnes parties au plus tard à ce moment ; une durée (3m : trois mois) ou une date
arg-state = Seulement les comptes dans cet état

# Nouveaux mots de passe
arg-only-new = Seulement ceux qui n'ont pas encore choisi leur mot de passe
arg-first = Premier courrier pour les parents et le personnel qui n'ont jamais eu de mot de passe à eux (avec --slips)
arg-style = Style de mot de passe : words (mots français, 33 bits d'aléa au moins), letters (syllabes, 35), digits (chiffres, 36) ou mixed (lettres et chiffres, 45)
arg-print = Affiche les nouveaux mots de passe à l'écran (d'office pour un seul compte dans un terminal)
arg-slips = Écrit les étiquettes à distribuer : un nouveau fichier, .csv ou .html
arg-password-from = Prend les mots de passe dans un fichier CSV qui a les colonnes login et password

# Avant d'écrire
arg-dry-run = Simulation : montre ce qui serait fait, et ne fait rien
arg-yes = Ne demande pas de confirmation
arg-reason = Motif, gardé dans l'historique
arg-plan = Enregistre dans ce fichier ce qui serait fait, et ne fait rien : pour plan show et plan apply
arg-keep-going = Laisse de côté les comptes refusés en les nommant, et fait les autres
arg-rejects = Avec --keep-going, écrit les comptes laissés de côté dans ce nouveau fichier CSV, à corriger puis à relire (d'office avec --from FICHIER : à côté de lui, sous le nom FICHIER-rejects.csv)
arg-notify = Prévient par e-mail les personnes concernées, à leur ancienne et à leur nouvelle adresse (d'office pour un seul compte nommé, si la configuration dit comment envoyer les e-mails)
arg-no-notify = Ne prévient personne par e-mail
arg-detailed-exitcode = Avec --dry-run ou --plan, se termine par le code 4 s'il y a quelque chose à modifier
arg-job = Exécute sous le nom de cette tâche : jamais deux à la fois, et history list --job la retrouve
arg-wait = Attend au plus ce temps la fin d'une autre exécution de la même tâche (celle de --job, ou celle de la commande elle-même)
arg-max-changes = Refuse de modifier plus de comptes que cela : un nombre, ou une part, comme 10%, de tous ceux que le profil peut modifier (d'office pour désactiver, synchroniser ou mettre fin : 10%, mais au moins 50 comptes)

# Ce qu'une seule commande demande
arg-password-change-account = Votre identifiant, demandé s'il manque
arg-uniform = Prend la demande pour l'identifiant que la page écrit, et répond de la même façon quel qu'il soit
arg-requested = Envoie ce que la page de connexion a demandé, puis se termine
arg-watch = Avec --requested, reste et envoie ce qui sera demandé
arg-stdin = Lit l'ancien puis le nouveau mot de passe sur l'entrée standard, un par ligne, au lieu de les demander
arg-mail-show-account = Identifiant, alias, adresse e-mail, numéro, ou nom tel qu'on le dit
arg-mail-set-account = Identifiant, alias, adresse e-mail, numéro, ou nom tel qu'on le dit
arg-mail-set-redirect = Adresse où va le courrier de l'ENT ; plusieurs fois si la messagerie en accepte plusieurs ; demande --reason là où les mots de passe oubliés y partent
arg-mail-set-recovery = Adresse où un mot de passe provisoire peut être envoyé ; demande --reason
arg-keep-copy = Garde une copie dans la boîte de l'ENT
arg-no-keep-copy = Ne garde pas de copie dans la boîte de l'ENT (habituel pour une nouvelle redirection)
arg-mail-clear-account = Identifiant, alias, adresse e-mail, numéro, ou nom tel qu'on le dit
arg-mail-clear-redirect = Le courrier reste de nouveau dans la boîte de l'ENT
arg-mail-clear-recovery = Plus d'adresse de secours
arg-external = Seulement les redirections qui sortent de l'ENT
arg-loops = Seulement les redirections d'où le courrier revient et tourne sans fin
arg-domain = Seulement les redirections vers ce domaine
arg-mail-sync-file = CSV ou lignes JSON (- pour ce qu'une autre commande écrit) : une colonne identifiant, ou tout autre moyen de reconnaître les comptes ; redirect, keep_copy, recovery ; une cellule vide laisse tel quel, - retire ; keep_copy : oui ou non (yes, no)
arg-prune = Retire les redirections de ceux qui ne sont pas dans le fichier
arg-max-shrink = Accepte un fichier plus court que la fois précédente : de tant de lignes, ou de cette part
arg-mail-sync-class = Avec --prune, seulement celles de cette classe
arg-mail-sync-group = Avec --prune, seulement celles de ce groupe
arg-mail-sync-school = Avec --prune, seulement celles de cet établissement
arg-mail-sync-role = Avec --prune, seulement celles de ce rôle
arg-mail-sync-filter = Avec --prune, seulement celles des personnes que trouve ce filtre RFC 4515
arg-account-duplicates-tier = Niveau minimal des paires
arg-account-duplicates-against = Seulement les paires avec ce compte
arg-account-duplicates-role = Qui comparer
arg-account-duplicates-school = Seulement les paires de personnes de l'établissement qui porte ce numéro UAI
arg-account-duplicates-decide = Écrit cette décision dans chaque ligne du compte à garder, pour la commande qui lira le fichier
arg-account-duplicates-from-ldif = Compare les personnes d'un fichier LDIF (- pour le lire dans un tube) au lieu de l'annuaire
arg-password-expire-class = Seulement ceux de cette classe
arg-password-expire-group = Seulement ceux de ce groupe
arg-password-expire-school = Seulement ceux de cet établissement
arg-password-expire-role = Seulement ceux de ce rôle
arg-password-expire-filter = Seulement ceux des personnes que trouve ce filtre RFC 4515
arg-valid-for = Les nouveaux mots de passe prennent fin après ce temps s'ils n'ont pas servi à en choisir un autre : 90m, 24h, 7j ; sans cette option ils ne prennent jamais fin
arg-account-find-text = Un nom, avec la classe si elle aide (« dupont 6A »), un identifiant, une adresse e-mail
arg-account-show-account = Identifiant, alias, adresse e-mail, numéro, ou nom tel qu'on le dit
arg-account-dismiss-accounts = Les deux comptes, chacun par identifiant, alias, adresse e-mail, numéro, ou nom entre guillemets
arg-account-dismiss-from = Les décisions d'un fichier CSV (- pour le lire dans un tube), tel que l'écrit la recherche des doublons
arg-account-set-account = Identifiant, alias, adresse e-mail, numéro, ou nom tel qu'on le dit
arg-account-set-fields = Ce qu'il faut corriger, par exemple portable=0639981234 (portable= retire la valeur) : prénom, nom, nom-de-naissance, autres-prénoms, civilité, naissance, téléphone, bureau, portable, e-mail, adresse, code-postal, ville, pays, langue
arg-account-export-account = Identifiant, alias, adresse e-mail, numéro, ou nom tel qu'on le dit
arg-account-export-out = Écrit un nouveau fichier : .json, ou .html à imprimer
arg-file = Fichier écrit par --plan
arg-history-list-job = Seulement les opérations de cette tâche
arg-history-list-account = Seulement les opérations prévues pour ce compte, par un identifiant, un numéro ou un nom entier qu'il a eu, avec leur résultat pour lui
arg-since = Seulement les opérations commencées depuis : une date, un moment (22/11/2026 17:12) ou une durée (26h, 3j, 2w, 3m : heures, jours, semaines, mois)
arg-until = Seulement les opérations commencées jusque-là, jour compris pour une date
arg-by = Seulement les opérations de cet utilisateur du poste, derrière sudo ou non
arg-outcome = Seulement les opérations au résultat voulu : done, tout est fait ; unfinished, interrompue ; les autres, en partie (avec --account, le résultat pour ce compte)
arg-history-show-run = Nom de l'opération, tel que le montre history list
arg-history-export-run = Nom de l'opération, tel que le montre history list
arg-history-export-out = Écrit un nouveau fichier, que vous seul pouvez lire
arg-older-than = Seulement les opérations terminées depuis plus longtemps : une durée (6m, 1a, 2ans : mois, années ; h, j, w aussi) ou une date
arg-history-undo-run = Nom de l'opération, tel que le montre history list
arg-history-undo-from = Annule l'opération écrite dans ce fichier par history export, sur quelque poste qu'elle ait été faite
arg-only = Seulement ces comptes de l'opération : un identifiant, un numéro ou un nom entier
arg-history-resume-run = Nom de l'opération : la seule à terminer, s'il manque
arg-name = Nom du bac à sable : il peut y en avoir plusieurs côte à côte
arg-pupils = Nombre d'élèves des deux établissements réunis
arg-seed = Le même nombre donne les mêmes personnes
arg-shell = Le terminal pour lequel compléter
arg-out = Dossier où écrire : les pages en français vont dans son dossier fr
