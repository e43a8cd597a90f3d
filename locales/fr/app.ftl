# Fichiers, terminal, mot de passe de l'administrateur.
app-admin-password = Mot de passe du profil « { $profile } » :
app-password-prompt-impossible = Il faudrait demander le mot de passe du profil « { $profile } », et il n'y a personne à qui le demander.
app-password-prompt-impossible-hint = Indiquez password_file, password_command ou password_env dans le profil, ou lancez la commande dans un terminal sans --no-input.
app-no-terminal = Un mot de passe doit être saisi, et il n'y a pas de terminal.
app-file-too-large = « { $file } » est trop gros : 256 Mo au plus.
app-file-unreadable = Impossible de lire « { $file } ».
app-file-unreadable-hint = Vérifiez le nom du fichier et son dossier, et que vous avez le droit de le lire.
app-file-unwritable = Impossible d'écrire « { $file } ».
app-stdin-lines = L'entrée standard doit contenir { $count } lignes : l'ancien mot de passe, puis le nouveau.
app-file-exists = Le fichier « { $file } » existe déjà. Il n'est jamais remplacé.
app-file-exists-hint = Choisissez un autre nom, ou rangez l'ancien fichier ailleurs.
app-file-folder = Le dossier « { $folder } » n'existe pas.
app-file-folder-unwritable = Il n'est pas possible d'écrire dans le dossier « { $folder } ».

# Fichiers LDIF.
app-ldif-invalid = { $file } ne se lit pas comme du LDIF.
app-ldif-line = La ligne { $line } n'est pas une ligne de LDIF.
app-ldif-base64 = Ligne { $line } : ce qui suit les deux doubles points n'est pas du base64.
app-ldif-name = La ligne { $line } ne nomme rien qui se trouve dans un annuaire.
app-ldif-elsewhere = Ligne { $line } : une valeur qui se trouve dans un autre fichier n'est pas lue.
app-ldif-change = Ligne { $line } : ce fichier contient des modifications ; donnez-en un que ldapsearch -LLL a écrit.
