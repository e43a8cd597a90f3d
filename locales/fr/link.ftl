# Comptes d'une même personne, rapprochés et séparés.
link-nothing = Déjà rapprochés : rien à faire.
link-confirm = { $count ->
        [one] Rapprocher ces comptes ?
       *[other] Faire ces { $count } rapprochements ?
    }
link-simulated = { $count ->
        [one] Simulation : ces comptes seraient rapprochés. Rien n'a été fait.
       *[other] Simulation : { $count } rapprochements seraient faits. Rien n'a été fait.
    }
link-done = { $count ->
        [one] Comptes rapprochés (opération { $run }).
       *[other] { $count } rapprochements faits (opération { $run }).
    }
link-progress = Rapprochements
unlink-nothing = Aucun rapprochement : rien à faire.
unlink-confirm = { $count ->
        [one] Séparer ces comptes ?
       *[other] Séparer { $count } comptes principaux de ces comptes ?
    }
unlink-simulated = { $count ->
        [one] Simulation : ces comptes seraient séparés. Rien n'a été fait.
       *[other] Simulation : { $count } comptes principaux seraient séparés. Rien n'a été fait.
    }
unlink-done = { $count ->
        [one] Comptes séparés (opération { $run }).
       *[other] { $count } comptes principaux séparés (opération { $run }).
    }
unlink-progress = Séparations

# Ce qui est montré avant de demander.
link-part-principal = compte principal
link-part-secondary = compte secondaire
link-gains-children = { $name } gagne { $count ->
        [one] un enfant
       *[other] { $count } enfants
    } : { $children }
link-gains-groups = { $name } gagne { $count ->
        [one] un groupe
       *[other] { $count } groupes
    } : { $groups }
link-gains-rights = { $name } gagne { $count ->
        [one] un droit
       *[other] { $count } droits
    } : { $rights }
link-gains-nothing = { $name } a déjà tout : ni enfant, ni groupe, ni droit en plus.
link-closes = L'identifiant { $login } sera fermé ; { $kept } suffira.
link-stays-open = L'identifiant { $login } reste ouvert.
link-losing-children = { $name } perd { $count ->
        [one] un enfant
       *[other] { $count } enfants
    } : { $children }
link-losing-groups = { $name } perd { $count ->
        [one] un groupe
       *[other] { $count } groupes
    } : { $groups }
link-losing-rights = { $name } perd { $count ->
        [one] un droit
       *[other] { $count } droits
    } : { $rights }
link-losing-nothing = { $name } ne perd ni enfant, ni groupe, ni droit.
link-opens = L'identifiant { $login } sera de nouveau ouvert.

# Ce qu'il faut savoir.
link-remark-single-kept = { $about } : « { $field } » ne tient qu'un seul nom, et garde celui qui s'y trouve.
link-remark-may-be-fed = { $about } : « { $field } » a été donné par le rapprochement, mais l'alimentation l'a peut-être écrit depuis ; c'est retiré, et l'alimentation l'écrira de nouveau s'il le faut.
link-remark-last-member = { $about } : le groupe n'aurait plus personne ; il garde son dernier membre. Indiquez group_placeholder dans la configuration, ou réglez-le à la main.
link-remark-vanished = { $about } : ce compte rapproché n'existe plus dans l'annuaire. Ce qu'il a donné reste, jusqu'à : entctl account unlink { $about }
link-remark-untied = { $about } : ce compte est revenu sans son rapprochement. Ce qu'il a donné reste ; pour le rapprocher de nouveau : entctl account link, pour y renoncer : entctl account unlink { $about }

# Ce qui empêche de rapprocher.
refusal-same-account = { $name } est nommé deux fois : un compte ne se réunit pas avec lui-même.
refusal-roles-differ = { $name } et { $other } n'ont pas le même rôle (élève, parent, enseignant, personnel).
refusal-birth-dates-differ = { $name } et { $other } n'ont pas la même date de naissance : ce sont deux personnes.
refusal-kept-is-secondary = { $name } : le compte à garder est lui-même rapproché d'un compte principal, { $other } ; prenez { $other } à sa place.
refusal-kept-is-absorbed = { $name } : le compte à garder a été fusionné avec { $other } ; prenez { $other } à sa place.
refusal-other-has-secondaries = { $name } a lui-même des comptes rapprochés : gardez { $name } et rapprochez-en { $other }, ou séparez-les d'abord.
refusal-other-is-secondary = { $name } est déjà rapproché de { $other } : rapprochez tout de { $other }, ou séparez d'abord { $name }.
refusal-other-is-absorbed = { $name } a été fusionné avec { $other } : nommez { $other } à sa place.
refusal-other-is-principal = { $name } est le compte principal, et { $other } en est rapproché : séparez d'abord { $other }.
refusal-both-active = { $name } et { $other } ont servi récemment tous les deux : assurez-vous que c'est bien la même personne, puis ajoutez --both-active.
refusal-only-login = { $name } sert, et { $other } n'a jamais servi : gardez { $name } et rapprochez-en { $other }.
refusal-decided-not-same = { $name } et { $other } : il a été décidé que ce sont deux personnes.
refusal-another-account = un autre compte
refusal-join-out-of-scope = { $name } : il faudrait modifier aussi un enfant ou un groupe d'un autre établissement ; c'est l'affaire de qui les administre tous.
refusal-join-protected = { $name } : il faudrait modifier aussi un compte que la configuration protège.
refusal-principal-gone = { $name } : son compte principal, { $other }, n'existe plus, et avec lui ce que le rapprochement avait noté.
refusal-is-principal = { $name } est un compte principal : nommez le compte qui en est rapproché, { $other }.
refusal-local-record-one = { $name } : sans place dans l'annuaire pour ce que donne un rapprochement, un compte principal n'a qu'un seul compte rapproché.
refusal-link-elsewhere = { $name } : l'annuaire ne dit pas ce que ce rapprochement a donné, et l'historique de cette machine ne le connaît pas ; séparez ces comptes là où ils ont été rapprochés.

join-not-configured = Cet annuaire n'a pas d'attributs qui disent que deux comptes vont ensemble.
join-not-configured-hint = Indiquez linked_to et linked dans la configuration, si l'annuaire les a.
link-record-missing = Cet annuaire n'a pas de place pour noter ce que donne un rapprochement : personne ne pourrait le reprendre.
link-record-missing-hint = Indiquez link_record (et record_class) dans la configuration ; ou, pour ne le garder que dans l'historique de cette machine, ajoutez --local-record.
link-cannot-lock = Cet annuaire n'a pas de moyen de fermer un compte rapproché.
link-cannot-lock-hint = Pour les laisser ouverts : secondary_login = open, sous [profiles.NOM.join], dans la configuration

# Les rapprochements remis à jour.
refresh-nothing = Tous les rapprochements sont à jour : rien à faire.
refresh-confirm = { $count ->
        [one] Mettre à jour { $count } rapprochement ?
       *[other] Mettre à jour { $count } rapprochements ?
    }
refresh-simulated = { $count ->
        [one] Simulation : { $count } rapprochement serait mis à jour. Rien n'a été fait.
       *[other] Simulation : { $count } rapprochements seraient mis à jour. Rien n'a été fait.
    }
refresh-done = { $count ->
        [one] { $count } rapprochement mis à jour (opération { $run }).
       *[other] { $count } rapprochements mis à jour (opération { $run }).
    }
refresh-progress = Rapprochements
refresh-held-back = Trop de comptes rapprochés manquent d'un coup : l'alimentation est peut-être incomplète, rien n'est retiré à personne. Si elle est juste malgré tout : --max-shrink 100%
link-remark-principal-gone = { $about } : son compte principal n'existe plus, et ce compte-ci est peut-être fermé : voyez avec qui tient l'annuaire.
column-part = Compte
column-children = Enfants
