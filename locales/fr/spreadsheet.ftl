# Fichiers de tableur (CSV).
spreadsheet-refused = Le fichier « { $file } » ne peut pas être utilisé tel quel : rien n'a été fait.
spreadsheet-and-more = { $count ->
    [one] … et { $count } autre.
   *[other] … et { $count } autres.
}

spreadsheet-empty = Le fichier est vide.
spreadsheet-no-rows = Ligne { $line } : le fichier ne contient que les titres des colonnes, aucune ligne en dessous.
spreadsheet-undecodable = Ligne { $line } : des caractères ne peuvent pas être lus. Encodages reconnus : UTF-8, UTF-16 et Windows-1252.
spreadsheet-nul = Ligne { $line } : ce n'est pas un fichier CSV (il contient des caractères nuls).
spreadsheet-cut = Ligne { $line } : la dernière ligne ne se termine pas par un retour à la ligne. Le fichier a peut-être été coupé pendant sa copie.
spreadsheet-unclosed-quote = Ligne { $line } : un guillemet (") s'ouvre ici et ne se referme jamais.
spreadsheet-text-after-quote = Ligne { $line }, colonne { $column } : du texte suit un guillemet fermant (").
spreadsheet-cell-count = Ligne { $line } : { $expected ->
    [one] { $expected } colonne attendue
   *[other] { $expected } colonnes attendues
}, { $found ->
    [one] { $found } trouvée
   *[other] { $found } trouvées
}.
spreadsheet-duplicate-column = Ligne { $line } : les colonnes { $first } et { $second } portent le même titre.
spreadsheet-missing-column = Il manque une colonne. Attendu, au choix : { $expected }. Titres présents : { $found }.
spreadsheet-missing-column-bare = Il manque une colonne. Attendu, au choix : { $expected }.
spreadsheet-empty-cell = Ligne { $line } : la colonne « { $column } » est vide.
spreadsheet-repeated = Ligne { $line } : « { $given } » figure déjà à la ligne { $first }.
spreadsheet-unusable-password = Ligne { $line } : le mot de passe commence ou finit par une espace, ou contient un caractère invisible.

spreadsheet-list = { $head }, { $tail }
spreadsheet-list-nothing = rien

spreadsheet-hint-encoding = Enregistrez de nouveau la feuille depuis le tableur, au format « CSV UTF-8 ».
spreadsheet-hint-cut = Vérifiez que la dernière ligne est complète, puis enregistrez de nouveau la feuille depuis le tableur.
spreadsheet-hint-columns = Ouvrez le fichier dans un tableur, vérifiez ces lignes, puis enregistrez-le de nouveau au format CSV.
spreadsheet-hint-header = La première ligne doit porter les titres des colonnes, les données commencent à la suivante.
spreadsheet-hint-empty = Vérifiez que c'est le bon fichier, et que ce qui le produit a fini de l'écrire.
spreadsheet-hint-repeated = Gardez une seule ligne par compte.

spreadsheet-not-an-object = ligne { $line } : pas un objet JSON aux valeurs simples
spreadsheet-column-login = identifiant
spreadsheet-column-id = id
spreadsheet-column-join-key = clé de jointure
spreadsheet-column-mail = e-mail
spreadsheet-column-name = nom complet
spreadsheet-column-last-name = nom
spreadsheet-column-first-name = prénom
spreadsheet-column-class = classe
spreadsheet-column-school = établissement
spreadsheet-column-password = mot de passe
spreadsheet-column-named = { $name }

spreadsheet-mixed-family = Ligne { $line } : sous le numéro { $number }, ce couple n'a rien à voir avec celui de la ligne { $first }.
spreadsheet-misfit-check = Ligne { $line } : le contrôle n'est pas celui de ces deux comptes.
spreadsheet-misfit-name = Ligne { $line } : un nom n'est pas celui du compte voisin.
spreadsheet-misfit-login = Ligne { $line } : un identifiant n'est pas celui du compte voisin.
spreadsheet-hint-mixed-family = Triez des lignes entières, jamais une seule colonne ; ou videz la case du numéro.
spreadsheet-hint-misfit = Une colonne a été triée ou recopiée seule, ou ces personnes ont changé de nom depuis. Refaites le fichier avec « entctl account duplicates --format csv », et triez des lignes entières.
