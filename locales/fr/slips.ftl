# Les étiquettes à découper qui portent les nouveaux mots de passe.
slips-title = Nouveaux mots de passe
slips-page = { $count ->
    [one] page { $number }
   *[other] page { $number } sur { $count }
}
slips-login = Identifiant
slips-password = Mot de passe provisoire
slips-go = Allez sur { $url }
slips-go-to-the-ent = Allez sur la page de connexion de l'ENT.
slips-type = Saisissez l'identifiant et le mot de passe ci-dessus.
slips-choose = Choisissez ensuite votre propre mot de passe.
slips-choose-min = { $count ->
    [one] Choisissez ensuite votre propre mot de passe : au moins { $count } caractère.
   *[other] Choisissez ensuite votre propre mot de passe : au moins { $count } caractères.
}
slips-until = Valable jusqu'au { $until }.
slips-personal = Ce mot de passe est personnel : ne le donnez à personne.

slips-extension = « { $path } » n'est pas un nom de fichier d'étiquettes. Extensions possibles : { $extensions }.
slips-exists = Le fichier « { $path } » existe déjà. Un fichier d'étiquettes n'est jamais remplacé.
slips-hint-other-name = Choisissez un autre nom, ou rangez l'ancien fichier ailleurs.
slips-folder-missing = Le dossier « { $folder } » n'existe pas.
slips-folder-unwritable = Il n'est pas possible d'écrire dans le dossier « { $folder } ».
slips-unwritable = Les étiquettes ne peuvent pas être enregistrées dans « { $path } ». Rien n'a été écrit dans l'annuaire.
slips-unreadable = Les étiquettes de l'exécution interrompue (« { $path } ») ne peuvent pas être reprises.
slips-not-finished = Les nouveaux mots de passe sont valables, mais les étiquettes n'ont pas pu être enregistrées dans « { $path } ». Elles sont gardées dans « { $partial } ».
slips-hint-resume = Libérez de la place ou corrigez le dossier, puis terminez avec : entctl history resume { $run }
slips-not-removed = Le fichier provisoire « { $path } » n'a pas pu être supprimé. Il contient des mots de passe : supprimez-le.
slips-not-rendered = La mise en page des étiquettes a échoué.

slips-cause-full = le disque est plein
slips-cause-too-large = le fichier dépasse la taille permise
slips-cause-denied = les droits sur ce dossier ne le permettent pas
slips-cause-read-only = ce disque est en lecture seule
slips-cause-missing = le dossier n'existe plus
slips-cause-exists = un fichier de ce nom existe déjà
slips-cause-not-private = d'autres personnes pourraient lire ce fichier, ou il appartient à quelqu'un d'autre
slips-cause-damaged = le fichier est incomplet ou abîmé
slips-cause-other = réponse du système : { $error }
slips-pending = Le fichier « { $path } » est en cours de création par une autre opération, ou par une opération interrompue.
slips-pending-hint = Terminez d'abord cette opération : entctl history list la nomme, entctl history resume la termine.
