# Le droit de rectification.
correct-confirm = Corriger ?
correct-simulated = Simulation : ceci serait corrigé. Rien n'a été fait.
correct-nothing = C'est déjà ainsi : rien à faire.
correct-done = Corrigé (opération { $run }).
correct-progress = Corrections
set-empty = (rien)
set-feed-owned = Cette donnée vient de l'alimentation de la nuit, qui peut la remplacer par la sienne : faites-la corriger aussi dans la base élèves, ou auprès du secrétariat qui alimente l'annuaire.
set-full-name-kept = Le nom complet n'est pas composé de ces noms : il reste tel quel.
set-one-account = Une correction concerne une personne à la fois.
set-one-account-hint = Nommez-en une : entctl account set lea.dupont portable=0639981234
set-missing = « { $text } » n'est pas une correction.
set-missing-hint = Écrivez le champ, = et la valeur : entctl account set lea.dupont portable=0639981234
set-twice = { $field } : donné deux fois, alors qu'il n'y en a qu'un.
set-given-and-emptied = { $field } : donné avec une valeur et vidé à la fois.
set-faults = { $count } champs ne peuvent pas être corrigés ainsi ; rien n'a été modifié.
set-not-of-role = { $field } : l'annuaire ne tient pas cette donnée pour { $name }, dont le rôle est autre.
set-names-account = { $field } : le compte de { $name } porte ce nom dans l'annuaire, il ne se corrige pas ici.
set-value = { $field } : « { $value } » ne convient pas.
set-value-required = { $field } : ne peut pas rester vide.
set-expected-name = Un nom avec des lettres, sur une ligne, sans $ ni caractère invisible, par exemple { $example }
set-expected-text = Un texte sur une ligne, sans $ ni caractère invisible, par exemple { $example }
set-expected-phone = Un numéro de téléphone, par exemple { $example }, 0262 90 12 34 ou +49 30 123456
set-expected-date = Un jour du calendrier, par exemple { $example } ou 2014-03-14
set-expected-future = Un jour qui n'est pas à venir, par exemple { $example }
set-expected-mail = Une adresse e-mail, par exemple { $example }
set-expected-address = Une adresse d'une à six lignes, séparées par ; par exemple { $example }
set-expected-postcode = Cinq chiffres, par exemple { $example } ; pour un autre pays, donnez aussi pays=
set-expected-postcode-abroad = Un code postal, par exemple 31000 ou { $example }
set-expected-language = Les deux lettres d'une langue, par exemple { $example }
set-expected-choice = Une de ces valeurs : { $choices }
set-expected-required = Chacun en a un : donnez le bon.
set-elsewhere = « { $field } » ne se corrige pas ici.
set-elsewhere-password = Un nouveau mot de passe se donne avec : entctl password reset
set-elsewhere-state = Un compte se ferme et s'ouvre avec : entctl account lock, entctl account unlock
set-elsewhere-mail = L'adresse de redirection et l'adresse de secours se choisissent par la personne elle-même, dans les préférences de l'ENT ; à sa place : entctl mail set
set-elsewhere-identifiers = L'identifiant, l'alias et les numéros sont ce par quoi d'autres logiciels reconnaissent le compte ; seule l'alimentation de la nuit les donne.
set-elsewhere-classes = Classes, groupes, établissements et fonctions viennent de l'alimentation de la nuit : faites-les corriger dans la base élèves ou celle du personnel.
set-elsewhere-family = Parents et enfants sont liés par l'alimentation de la nuit : faites corriger le lien dans la base élèves.
set-unknown = Il n'y a pas de champ « { $field } ».
set-unknown-nearest = Vouliez-vous dire { $field } ?
set-unknown-hint = Champs : { $fields } (un tiret remplace l'espace : code-postal=31000)
set-unknown-more = { $field }, { $more }

# Les champs
set-field-first-name = prénom
set-field-last-name = nom
set-field-birth-name = nom de naissance
set-field-other-names = autres prénoms
set-field-title = civilité
set-field-birth-date = date de naissance
set-field-phone = téléphone
set-field-work-phone = téléphone professionnel
set-field-mobile = portable
set-field-mail = adresse e-mail
set-field-address = adresse
set-field-street = rue
set-field-postcode = code postal
set-field-city = ville
set-field-country = pays
set-field-language = langue
set-field-display-name = nom affiché
set-field-full-name = nom complet
