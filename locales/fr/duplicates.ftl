# Les personnes qui ont plusieurs comptes (account duplicates).
duplicates-reading = Lecture
duplicates-comparing = Comparaison
duplicates-count = { $count ->
    [0] Personne ne semble avoir deux comptes.
    [one] 1 paire de comptes qui sont peut-être ceux d'une même personne. Rien n'a été modifié.
   *[other] { $count } paires de comptes qui sont peut-être ceux d'une même personne. Rien n'a été modifié.
}
duplicates-review = Pour les regarder côte à côte et décider : entctl account review
duplicates-more = Les paires moins sûres : --tier possible
duplicates-score = { $percent } %
duplicates-cluster = personne
duplicates-likely = probabilité
duplicates-tier = niveau
duplicates-keep = à garder
duplicates-why = pourquoi celui-ci
duplicates-other = autre compte
duplicates-reasons = raisons
duplicates-tier-certain = certain
duplicates-tier-probable = probable
duplicates-tier-possible = possible
duplicates-keep-own-password = mot de passe personnel
duplicates-keep-last-login = utilisé en dernier
duplicates-keep-recovery = a une adresse e-mail
duplicates-keep-children = plus d'enfants
duplicates-keep-first = rien ne les départage
duplicates-children = tous deux parents de { $names }
duplicates-reason-family-same = nom identique
duplicates-reason-family-birth = nom de naissance et nom d'usage
duplicates-reason-family-part = un seul des deux noms
duplicates-reason-family-near = noms presque identiques
duplicates-reason-family-different = autre nom
duplicates-reason-names-swapped = nom et prénom inversés
duplicates-reason-given-same = même prénom
duplicates-reason-given-first = même prénom, suivi d'autres
duplicates-reason-given-part = prénom abrégé
duplicates-reason-given-near = prénoms presque identiques
duplicates-reason-given-initial = initiale du prénom
duplicates-reason-given-different = autre prénom
duplicates-reason-mail-same = même adresse e-mail
duplicates-reason-mail-near = adresses e-mail à une lettre près
duplicates-reason-mail-different = autre adresse e-mail
duplicates-reason-mobile-same = même portable
duplicates-reason-mobile-near = portables à un chiffre près
duplicates-reason-mobile-different = autre portable
duplicates-reason-landline-same = même téléphone fixe
duplicates-reason-landline-near = téléphones fixes à un chiffre près
duplicates-reason-landline-different = autre téléphone fixe
duplicates-reason-address-same = même adresse
duplicates-reason-address-near = presque la même adresse
duplicates-reason-area-same = même code postal
duplicates-reason-address-different = autre adresse
duplicates-reason-child-same = même enfant
duplicates-reason-child-different = autres enfants
duplicates-reason-partner-same = même autre parent
duplicates-reason-partner-name-same = autres parents du même nom
duplicates-reason-partner-different = autres parents différents
duplicates-reason-birth-date-same = même date de naissance
duplicates-reason-birth-date-different = autre date de naissance
duplicates-reason-join-key-same = même numéro dans l'alimentation
duplicates-reason-sex-different = M. et Mme
duplicates-reason-kinship-different = pas le même lien avec l'enfant
duplicates-reason-couple = prénoms différents au même foyer : probablement un couple

decisions-column-verb = décision
decisions-column-kept = compte
decisions-column-others = avec
decision-link = rapprocher
decision-merge = fusionner
decision-dismiss = deux personnes
dismiss-two = Il faut nommer deux comptes.
dismiss-no-place = Cet annuaire n'a pas de place pour retenir que deux comptes sont de deux personnes.
dismiss-no-place-hint = Le responsable de l'annuaire peut en désigner une dans la configuration : not_same et record_class.
dismiss-nothing = C'est déjà retenu : rien à faire.
dismiss-confirm = { $count ->
        [one] Retenir que ce sont deux personnes ?
       *[other] Retenir { $count } décisions de ce genre ?
    }
dismiss-simulated = { $count ->
        [one] Simulation : une décision serait retenue. Rien n'a été modifié.
       *[other] Simulation : { $count } décisions seraient retenues. Rien n'a été modifié.
    }
dismiss-done = { $count ->
        [one] Une décision retenue (opération { $run }).
       *[other] { $count } décisions retenues (opération { $run }).
    }
dismiss-progress = Décisions
