# Les e-mails : dates en toutes lettres, et ce qui ne va pas dans un modèle.
letters-date = { $weekday } { $day } { $month } { $year } à { $hour } h { $minute }
letters-date-first = { $weekday } 1er { $month } { $year } à { $hour } h { $minute }
letters-weekday-1 = lundi
letters-weekday-2 = mardi
letters-weekday-3 = mercredi
letters-weekday-4 = jeudi
letters-weekday-5 = vendredi
letters-weekday-6 = samedi
letters-weekday-7 = dimanche
letters-month-1 = janvier
letters-month-2 = février
letters-month-3 = mars
letters-month-4 = avril
letters-month-5 = mai
letters-month-6 = juin
letters-month-7 = juillet
letters-month-8 = août
letters-month-9 = septembre
letters-month-10 = octobre
letters-month-11 = novembre
letters-month-12 = décembre
letters-password-placeholder = [mot de passe provisoire]

letters-invalid = { $count ->
    [one] Un modèle d'e-mail de { $folder } ne peut pas servir.
   *[other] { $count } défauts dans les modèles d'e-mails de { $folder }.
}
letters-invalid-hint = Chaque modèle et ce qu'il peut contenir sont expliqués dans { $document }.
letters-problem = { $file } : { $problem }
letters-problem-line = { $file }, ligne { $line } : { $problem }
letters-folder-unreadable = le dossier ne peut pas être lu
letters-file-unreadable = ce fichier ne peut pas être lu, ou n'est pas du texte en UTF-8
letters-file-unknown = aucun e-mail ne s'appelle ainsi
letters-file-unknown-nearest = aucun e-mail ne s'appelle ainsi ; vouliez-vous dire « { $nearest } » ?
letters-syntax = cette ligne n'est pas un modèle correct
letters-unknown-variable = « { $name } » n'existe pas dans cet e-mail ; il peut contenir : { $known }
letters-unknown-inside = cette ligne utilise quelque chose qui n'existe pas
letters-no-subject = la première ligne doit commencer par « { $word } » et donner l'objet, et la deuxième rester vide
letters-lacks = « { $name } » doit figurer dans le texte
letters-once = « { $name } » doit figurer une seule fois par compte dans le texte
letters-secret-subject = le mot de passe ne doit pas figurer dans l'objet, que tout le monde peut lire
letters-unescaped = un nom est repris sans protection ; retirez le filtre « safe »
letters-link = le seul lien permis est celui de la page de l'ENT ({ $name })
letters-not-written = L'e-mail n'a pas pu être rédigé.
