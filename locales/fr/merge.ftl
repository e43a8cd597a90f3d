# Comptes d'une même personne, fusionnés en un seul (account merge).
merge-nothing = Déjà fusionnés : rien à faire.
merge-confirm = { $count ->
        [one] Fusionner ces comptes ?
       *[other] Faire ces { $count } fusions ?
    }
merge-confirm-one = { $count ->
        [one] Fusionner ces comptes et garder { $kept } ?
       *[other] Fusionner ces { $count } comptes dans { $kept } ?
    }
merge-confirm-proposed = { $count ->
        [one] Fusionner ces comptes et garder { $kept } ? (Pour garder l'autre : --keep et --absorb)
       *[other] Fusionner ces { $count } comptes dans { $kept } ? (Pour en garder un autre : --keep et --absorb)
    }
merge-confirm-delete = { $count ->
        [one] Fusionner ces comptes, garder { $kept } et supprimer l'autre ?
       *[other] Fusionner ces { $count } comptes dans { $kept } et les supprimer ?
    }
merge-simulated = { $count ->
        [one] Simulation : ces comptes seraient fusionnés. Rien n'a été fait.
       *[other] Simulation : { $count } fusions seraient faites. Rien n'a été fait.
    }
merge-done = { $count ->
        [one] Comptes fusionnés (opération { $run }).
       *[other] { $count } fusions faites (opération { $run }).
    }
merge-progress = Fusions
merge-two-accounts = Indiquez au moins deux comptes de la même personne.
merge-two-accounts-hint = Un nom de plusieurs mots se met entre guillemets ; un identifiant ou un numéro s'en passe.
merge-report-not-in-plan = --report dit ce qui a été fait : il ne va pas avec --plan, qui ne fait rien.
merge-not-configured = Cet annuaire n'a pas d'attributs qui disent dans quel compte un autre a été fusionné.
merge-not-configured-hint = Indiquez merged_into et merged dans la configuration, si l'annuaire les a ; ou ajoutez --delete-absorbed.
merge-not-text = { $name } : « { $attribute } » contient autre chose que du texte, une photo par exemple ; une fois supprimé, personne ne pourrait le rétablir.
merge-not-text-hint = Fusionnez sans --delete-absorbed : le compte est fermé, et reste.

# Ce qui est montré avant de demander.
merge-column-kept = gardé
merge-column-absorbed = absorbé
merge-field-name = nom
merge-field-birth-name = nom de naissance
merge-field-birth-date = naissance
merge-field-login = identifiant
merge-field-mails = e-mail
merge-field-children = enfants
merge-field-last-login = dernière utilisation
merge-field-state = état
merge-proposed = Proposé à garder : { $name } ({ $reason }).
merge-gains-children = { $name } gagne { $count ->
        [one] un enfant
       *[other] { $count } enfants
    } : { $what }
merge-gains-groups = { $name } gagne { $count ->
        [one] un groupe
       *[other] { $count } groupes
    } : { $what }
merge-gains-rights = { $name } gagne { $count ->
        [one] un droit
       *[other] { $count } droits
    } : { $what }
merge-gains-mail = { $name } reprend les adresses : { $what }
merge-gains-others = { $count ->
        [one] Une autre fiche qui nomme le compte absorbé nommera le compte gardé.
       *[other] { $count } autres fiches qui nomment le compte absorbé nommeront le compte gardé.
    }
merge-gains-nothing = { $name } a déjà tout : ni enfant ni groupe en plus.
merge-closes = L'identifiant { $login } sera fermé ; il mène à { $kept }.
merge-stays-open = Cet annuaire n'a pas de moyen de fermer un compte : { $login } reste ouvert, sans enfant ni groupe.
merge-deletes = { $login } sera supprimé. Si la fusion est annulée, le compte revient avec tout, sauf son mot de passe et son identité dans le serveur : il faudra lui donner un nouveau mot de passe.

# Ce qu'il faut savoir.
merge-remark-redirect-left = { $about } : son courrier continue d'être redirigé comme aujourd'hui ; le compte gardé ne reprend pas cette redirection.
merge-remark-feed-brings-back = { $about } : l'alimentation connaît ce compte par sa propre clé, et le créera de nouveau. Ajoutez join_keys = move à la configuration, ou renoncez à --delete-absorbed.
merge-remark-login-free = { $about } : cet annuaire n'a pas de place pour les anciens identifiants ; celui-ci pourra être donné à quelqu'un d'autre.

merge-report-written = Qui utilise quel identifiant à partir de maintenant : { $file }
merge-report-not-written = Les comptes sont fusionnés, mais le fichier pour la lettre aux familles n'a pas pu être écrit.
