# La configuration : erreurs, fichiers, profils, mots de passe.
config-invalid = { $count ->
    [one] Le fichier de configuration { $file } contient une erreur.
   *[other] Le fichier de configuration { $file } contient { $count } erreurs.
}
config-problem-at = { $file }:{ $line }:{ $column } : { $problem }
config-problems-more = { $count ->
    [one] … et une autre.
   *[other] … et { $count } autres.
}
config-see-example = Chaque réglage est expliqué dans { $example }.

config-unknown-key = aucun réglage ne s'appelle « { $key } »
config-unknown-key-nearest = aucun réglage ne s'appelle « { $key } » ; vouliez-vous dire « { $nearest } » ?
config-unknown-key-elsewhere = « { $key } » n'est pas à sa place : écrivez « { $path } »
config-password-in-file = « { $key } » : un mot de passe ne s'écrit pas dans ce fichier ; indiquez où le lire avec l'un de ces réglages : { $sources }
config-profile-name = « { $key } » : un nom de profil commence par une lettre ou un chiffre et ne contient que des lettres, des chiffres, « . », « - » et « _ »
config-wrong-type = « { $key } » : attendu : { $expected } ; trouvé : { $found }
config-invalid-value = « { $key } » : « { $given } » ne convient pas ; attendu : { $expected }
config-invalid-value-nearest = « { $key } » : « { $given } » ne convient pas ; vouliez-vous dire « { $nearest } » ? Attendu : { $expected }
config-invalid-hidden = « { $key } » : cette valeur ne convient pas (elle n'est pas répétée ici, car elle pourrait être secrète) ; attendu : { $expected }
config-missing-key = « { $key } » manque ; attendu : { $expected }
config-needs-key = « { $key } » ne sert à rien sans « { $other } »
config-conflicting-keys = « { $key } » ne va pas avec « { $other } »
config-external-needs-proof = « { $key } » : avec « { $url } », rien ne prouve qui vous êtes ; ajoutez un certificat client et une connexion chiffrée, ou passez par une prise locale
config-start-tls-unused = « { $key } » ne concerne que les adresses en { $scheme }, et il n'y en a pas

config-expected-text = un texte non vide
config-expected-boolean = une de ces valeurs : { $example }
config-expected-choice = une de ces valeurs : { $words }
config-expected-path = le chemin d'un fichier ou d'un dossier, entre guillemets
config-expected-server-urls = une liste d'au moins une adresse de serveur d'annuaire, par exemple { $example }
config-expected-web-url = l'adresse d'une page web, par exemple { $example }
config-expected-name = le nom complet d'un emplacement ou d'un compte de l'annuaire, par exemple { $example }
config-expected-seconds = un nombre de secondes supérieur à 0, au plus 3600, par exemple { $example }
config-expected-integer = un nombre entier de { $min } à { $max }
config-expected-uais = une liste d'au moins un numéro d'établissement (sept chiffres et une majuscule), par exemple { $example }
config-expected-class-names = une liste d'au moins un nom de classe, par exemple { $example }
config-expected-domains = une liste d'au moins un domaine d'e-mail, par exemple { $example }
config-expected-attribute-name = un nom d'attribut ou de classe, par exemple { $example }
config-expected-choices = une liste d'au moins une de ces valeurs : { $words }
config-expected-commands = une liste d'au moins une commande, ou de toutes les commandes d'un même genre, par exemple { $example }
config-expected-filter = un filtre de recherche entre parenthèses, par exemple { $example }
config-expected-login-template = le nom complet d'un compte où l'identifiant reste à remplir, par exemple { $example }
config-expected-attribute-names = un ou plusieurs noms d'attribut, par exemple { $example }
config-expected-command = une liste : le programme, puis ses arguments (aucun interpréteur de commandes ne la lit), par exemple { $example }
config-expected-variable = le nom d'une variable d'environnement (pas le mot de passe lui-même), par exemple { $example }
config-expected-change-limit = un nombre de comptes ou un pourcentage, par exemple { $example }
config-expected-system-log = true, false ou le chemin d'un journal sur ce poste, par exemple { $example }
config-expected-mail-server = l'adresse d'un serveur de messagerie, par exemple { $example }
config-expected-mailbox = une adresse e-mail, avec ou sans nom, par exemple { $example }
config-expected-stretch = une durée en minutes, heures ou jours, un an au plus, par exemple { $example }
config-expected-time-zone = le nom d'un fuseau horaire, par exemple { $example }
config-expected-table = une table

config-type-string = un texte
config-type-integer = un nombre entier
config-type-float = un nombre à virgule
config-type-boolean = true ou false
config-type-datetime = une date
config-type-array = une liste
config-type-table = une table

config-syntax-duplicate = ce réglage ou cette table figure déjà plus haut
config-syntax-extend = ce nom a déjà une valeur plus haut et ne peut pas être aussi une table
config-syntax-unquoted = un texte s'écrit entre guillemets droits
config-syntax-escape = caractère incorrect après « \ » ; écrivez « \\ » pour une barre oblique inverse, ou mettez le texte entre apostrophes
config-syntax-string = ce texte est mal fermé : il manque un guillemet, ou un caractère n'est pas permis
config-syntax-inline-table = la table entre accolades est mal écrite : il manque une virgule ou l'accolade fermante, ou il y en a une de trop
config-syntax-header = le titre entre crochets n'est pas fermé
config-syntax-array = la liste est mal écrite : il manque une virgule ou le crochet fermant, ou il y en a un de trop
config-syntax-no-value = attendu : nom = valeur
config-syntax-rest = cette ligne contient plus d'un réglage
config-syntax-key = un nom fait de lettres non accentuées, de chiffres, de « - » et de « _ » est attendu ici
config-syntax-value = ce n'est ni un texte entre guillemets, ni un nombre, ni true ou false
config-syntax-deep = trop de tables ou de listes les unes dans les autres
config-syntax-other = cette ligne n'est pas du TOML correct

config-unreadable = Le fichier de configuration { $file } ne peut pas être lu.
config-file-missing = le fichier n'existe pas
config-file-forbidden = vous n'avez pas le droit de le lire
config-file-not-text = ce n'est pas un fichier texte en UTF-8
config-file-too-large = il est trop gros pour être une configuration
config-file-other = le système répond : { $detail }
config-sandbox-skipped = le fichier de bac à sable { $file } a été laissé de côté : { $reason }

config-missing = Il n'y a pas encore de configuration : { $file } n'existe pas.
config-no-profile = Le fichier de configuration { $file } ne contient aucun profil.
config-profile-unknown = Aucun profil ne s'appelle « { $name } ».
config-profile-not-chosen = Il y a plusieurs profils et aucun n'est choisi.
config-hint-write = Pour travailler avec votre annuaire, copiez { $example } sous le nom { $file } et remplissez-le.
config-hint-sandbox = Pour essayer avec des établissements inventés : { $command }
config-hint-nearest = Vouliez-vous dire « { $nearest } » ?
config-hint-names = Profils connus : { $names }
config-hint-choose = Choisissez-en un avec { $option }, ou une fois pour toutes avec « { $key } » dans la configuration.

config-plaintext-refused = Le mot de passe du profil « { $profile } » passerait sur le réseau sans chiffrement vers { $url }.
config-hint-encrypt = Utilisez une adresse en { $scheme }, ou ajoutez { $setting } au profil.
config-hint-allow-plaintext = Si le réseau entre les deux machines est sûr, le profil peut le dire : { $setting }

config-password-file = Le fichier de mot de passe { $file } ne peut pas être utilisé.
config-password-file-kind = ce n'est pas un fichier ordinaire
config-password-file-owner = il appartient à un autre utilisateur (numéro { $owner }) ; il doit être à vous ou à l'administrateur du système
config-password-file-mode = d'autres que son propriétaire peuvent l'ouvrir (droits { $mode })
config-hint-chmod = Fermez-le avec : { $command }
config-password-command = Le programme { $program } n'a pas donné de mot de passe.
config-command-missing = ce programme n'existe pas
config-command-forbidden = vous n'avez pas le droit de le lancer
config-command-failed = il n'a pas pu aller à son terme
config-command-timeout = il n'avait pas fini au bout de { $seconds } s et a été arrêté
config-command-exit = il s'est terminé avec le code { $status }
config-command-signal = il a été arrêté par le signal { $signal }
config-command-says = il dit : { $complaint }
config-password-variable = La variable d'environnement { $name } ne donne pas de mot de passe.
config-password-variable-unset = elle n'est pas définie
config-password-empty = le mot de passe est vide
config-password-not-text = le mot de passe n'est pas du texte en UTF-8
config-password-too-long = la première ligne dépasse { $most } octets

config-env-config = Chemin du fichier de configuration, comme --config.
config-env-profile = Nom du profil, comme --profile.
config-env-no-color = Si elle est définie et non vide, rien n'est en couleur.
config-env-lc-all = Langue des messages, avant les deux suivantes.
config-env-lc-messages = Langue des messages.
config-env-lang = Langue des messages quand les autres ne sont pas définies.
config-env-xdg-config-home = Dossier des configurations personnelles (d'ordinaire ~/.config).
config-env-xdg-state-home = Dossier où l'historique est conservé (d'ordinaire ~/.local/state).
config-env-home = Votre dossier personnel.
