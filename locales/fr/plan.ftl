# Plans enregistrés
plan-saved = { $count ->
        [one] Plan enregistré dans { $file } : { $count } compte serait modifié. Pour le relire : entctl plan show { $path } ; pour l'exécuter : entctl --profile { $profile } plan apply { $path }
       *[other] Plan enregistré dans { $file } : { $count } comptes seraient modifiés. Pour le relire : entctl plan show { $path } ; pour l'exécuter : entctl --profile { $profile } plan apply { $path }
    }
plan-count = { $count ->
        [one] { $count } compte serait modifié.
       *[other] { $count } comptes seraient modifiés.
    }
plan-unchanged = { $count ->
        [one] { $count } autre compte est déjà ainsi.
       *[other] { $count } autres comptes sont déjà ainsi.
    }
plan-saved-passwords = Les mots de passe seront faits à l'exécution : ajoutez alors --slips FICHIER.html, ou --print pour un seul compte.
plan-unwritable = Le plan n'a pas pu être mis dans un fichier.
plan-applied = Ce plan a déjà été exécuté, par l'opération { $run }.
plan-applied-hint = Pour voir ce qu'elle a fait : entctl history show { $run }. Pour ceux qu'elle a laissés de côté, faites un nouveau plan.
plan-not-a-plan = { $file } n'est pas un plan enregistré par entctl.
plan-not-a-plan-hint = Faites-en un avec l'option --plan FICHIER d'une commande qui modifie des comptes.
plan-altered = { $file } n'est plus tel qu'entctl l'a enregistré : il a été modifié ou abîmé. Rien n'est fait.
plan-again-hint = Refaites le plan.
plan-newer = { $file } a été fait par un entctl plus récent (format { $version }).
plan-newer-hint = Utilisez cet entctl-là, ou refaites le plan avec celui-ci.
plan-other-version = { $file } a été fait par entctl { $version }, et voici { $ours } : il pourrait ne pas vouloir dire la même chose.
plan-other-profile = Ce plan a été fait avec le profil { $profile }, et voici { $ours }.
plan-other-profile-hint = Ajoutez --profile { $profile }, ou refaites le plan.
plan-other-directory = Ce plan a été fait pour un autre annuaire.
plan-unknown-verb = Cet entctl ne sait pas exécuter un plan de « { $verb } ».
plan-with-slips = Un plan ne contient aucun mot de passe : il n'y a pas encore d'étiquettes à écrire.
plan-with-slips-hint = Donnez --slips à entctl plan apply.
plan-without-passwords = Ce plan ne donne aucun nouveau mot de passe : --print et --slips n'ont rien à montrer.
refusal-drift-field = { $name } : « { $field } » a été modifié depuis que le plan a été fait.
plan-confirm = { $count ->
        [one] Exécuter ce plan pour { $count } compte ?
       *[other] Exécuter ce plan pour { $count } comptes ?
    }
refusal-drift = { $name } : modifié depuis que le plan a été fait.
refusal-gone = { $name } : n'est plus dans l'annuaire.
refusal-not-found = Personne ne correspond à « { $name } ».
refusal-ambiguous = Plusieurs personnes correspondent à « { $name } » : ajoutez la classe ou donnez l'identifiant.
refusal-empty-cell = La case qui désigne la personne est vide.
refusal-repeated = « { $name } » figure deux fois.
reject-line = Ligne { $line } : { $reason }
rejects-not-written = Les comptes laissés de côté n'ont pas pu être écrits dans un fichier. Les autres sont faits.
rejects-written = { $count ->
        [one] { $count } compte laissé de côté : voyez { $file }, à corriger puis à relire.
       *[other] { $count } comptes laissés de côté : voyez { $file }, à corriger puis à relire.
    }

# Tâches
job-under-way = La tâche { $job } est déjà en cours.
job-under-way-hint = Réessayez plus tard, ou patientez (davantage) avec --wait SECONDES.
job-holder = { $user } sur { $host } (processus { $pid }), depuis le { $day }/{ $month }/{ $year } à { $time }
job-waiting = En attente de la fin de la tâche { $job }…
job-taken-over = La dernière exécution de la tâche { $job } n'est pas allée à son terme : { $holder }. Celle-ci prend la suite.

# Ce que fait une modification
change-new-password = un nouveau mot de passe
change-password-ended = mot de passe provisoire arrivé à échéance
change-replaced = { $field } : { $before } → { $after }
change-decision = avec { $others } : { $count ->
    [one] 1 fiche
   *[other] { $count } fiches
}
change-access = Accès
change-open = ouvert
change-nothing = rien
format-unsupported = Cette commande n'a rien à écrire en LDIF.
format-unsupported-hint = plan show et history show le font ; les autres écrivent table, json ou csv.
plan-ended = Les mots de passe de ce plan seraient déjà arrivés à échéance.

refusal-unknown-word = « { $given } » n'est pas compris. Dans la colonne decision : rapprocher, fusionner, écarter, ou rien ; dans la colonne keep : a, b, ou l'identifiant du compte à garder.
refusal-repeated-row = La même décision figure déjà à la ligne { $given }.
refusal-contradictory = La ligne { $given } dit autre chose de ces comptes : gardez l'une des deux.
refusal-absorbed-twice = La ligne { $given } donne le même compte à un autre : mettez le même compte à garder sur les deux lignes.
refusal-chain = Un compte est gardé ici et donné à un autre par la ligne { $given } : mettez le même compte à garder sur les deux lignes.
refusal-with-line = Laissée de côté avec la ligne { $given } : c'est une seule famille.
refusal-joined = { $name } est déjà rapproché de l'autre compte, ou fusionné avec lui : séparez-les d'abord.
decisions-left-link = { $count ->
        [one] Une ligne porte « link » : laissée telle quelle.
       *[other] { $count } lignes portent « link » : laissées telles quelles.
    }
decisions-left-merge = { $count ->
        [one] Une ligne porte « merge » : laissée telle quelle.
       *[other] { $count } lignes portent « merge » : laissées telles quelles.
    }
decisions-left-dismiss = { $count ->
        [one] Une ligne porte « dismiss » : laissée telle quelle.
       *[other] { $count } lignes portent « dismiss » : laissées telles quelles.
    }
decisions-left-undecided = { $count ->
        [one] Une ligne sans décision : laissée telle quelle.
       *[other] { $count } lignes sans décision : laissées telles quelles.
    }
