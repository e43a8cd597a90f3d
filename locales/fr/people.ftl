# Trouver les gens.
people-class-unknown = Il n'y a pas de classe « { $class } ». Les classes sont :
people-classes-of = { $school } : { $classes }
people-class-ambiguous = Plusieurs établissements ont une classe « { $class } » :
people-class-ambiguous-hint = Précisez l'établissement, par exemple --school { $uai }
people-school-line = { $uai } { $name }
people-school-unknown = Il n'y a pas d'établissement « { $uai } » dans ce profil. Les établissements sont :
people-group-unknown = Il n'y a pas de groupe « { $group } ».
people-group-ambiguous = Plusieurs groupes s'appellent « { $group } » :
pick-several = Plusieurs personnes correspondent à « { $text } » :
pick-several-hint = Ajoutez la classe (« dupont 6A »), ou utilisez l'identifiant.
pick-nothing = Personne ne correspond à « { $text } ».
pick-nothing-hint = Essayez une partie du nom avec entctl account find.
pick-near = Personne ne s'appelle « { $text } ». Les noms les plus proches :
pick-near-hint = Rien n'a été fait. Recommencez avec l'un de ces noms, ou avec l'identifiant.
pick-out-of-scope = « { $text } » est hors de ce profil (établissement, classe ou rôle).
pick-out-of-scope-hint = Adressez-vous à qui s'occupe de ce compte, ou à l'administrateur inter-établissements.
pick-nobody-named = Indiquez de quels comptes il s'agit.
pick-nobody-named-hint = Nommez une personne, ou utilisez --class, --group, --school, --role, --filter ou --from.
pick-rows = { $count ->
        [one] « { $file } » : une ligne est inutilisable ; rien n'a été fait.
       *[other] « { $file } » : { $count } lignes sont inutilisables ; rien n'a été fait.
    }
pick-rows-hint = Corrigez ou retirez ces lignes, puis recommencez.
pick-rows-keep-going = Pour laisser ces lignes de côté et faire les autres : --keep-going
pick-row-nothing = ligne { $line } : personne ne correspond à « { $text } »
pick-row-several = ligne { $line } : plusieurs personnes correspondent à « { $text } » : ajoutez la classe ou donnez l'identifiant
pick-row-out-of-scope = ligne { $line } : « { $text } » est hors de ce profil (établissement, classe ou rôle)
pick-row-twice = ligne { $line } : « { $text } » est la même personne que ligne { $first }
pick-row-joined-to-nobody = ligne { $line } : « { $text } » a été rattaché à un compte qui n'existe plus
pick-row-joined-in-chain = ligne { $line } : « { $text } » a été rattaché à un compte lui-même rattaché à un autre
find-more = { $count ->
        [one] Et { $count } autre : ajoutez un prénom ou une classe.
       *[other] Et { $count } autres : ajoutez un prénom ou une classe.
    }
list-count = { $count ->
        [one] { $count } compte.
       *[other] { $count } comptes.
    }

# Ceux qui sont partis
departed-no-class = sans classe
departed-class-gone = classe disparue
departed-school-gone = établissement disparu
departed-no-child = plus d'enfant
departed-children-gone = enfants partis
departed-no-post = sans fonction
departed-no-role = rien dans aucun établissement
departed-disabled = désactivé, sans changement depuis
departed-who-deletes = Leurs données doivent disparaître dans les trois mois du départ. C'est l'alimentation de la nuit qui supprime les comptes, pas entctl : prévenez qui alimente l'annuaire.
departed-undated = { $count ->
        [one] { $count } autre personne est partie, mais l'annuaire ne dit pas depuis quand : sans --since, elle est dans la liste.
       *[other] { $count } autres personnes sont parties, mais l'annuaire ne dit pas depuis quand : sans --since, elles sont dans la liste.
    }
departed-since-alone = --since concerne les personnes parties.
departed-since-alone-hint = Ajoutez --state departed.

# Garde-fous
guard-yes-needed-format = Une modification ne se confirme pas en JSON ni en CSV.
guard-yes-needed-terminal = Il n'y a personne ici pour confirmer.
guard-yes-needed-hint = Regardez d'abord avec --dry-run, puis ajoutez --yes.
guard-too-many = { $count ->
        [one] { $count } compte serait modifié, pour un maximum de { $allowed } : rien n'a été fait.
       *[other] { $count } comptes seraient modifiés, pour un maximum de { $allowed } : rien n'a été fait.
    }
guard-too-many-hint = Si c'est bien voulu, augmentez --max-changes.
guard-refused = { $count ->
        [one] Un compte ne peut pas être modifié : rien n'a été fait.
       *[other] { $count } comptes ne peuvent pas être modifiés : rien n'a été fait.
    }
guard-unfinished = Une opération a été interrompue. Pour la terminer : entctl --profile { $profile } history resume { $run }
refusal-role-parent = { $name } : c'est un compte de parent. Le mot de passe d'un parent part par e-mail, il ne se donne pas ici.
refusal-role-teacher = { $name } : c'est un compte d'enseignant. Le mot de passe d'un enseignant part par e-mail, il ne se donne pas ici.
refusal-role-staff = { $name } : c'est un compte du personnel. Son mot de passe part par e-mail, il ne se donne pas ici.
refusal-role-hint = entctl password send en envoie un provisoire. À qui n'a jamais eu de mot de passe à soi, on donne un premier courrier : --first --slips FICHIER.
refusal-own-password = { $name } a déjà choisi son mot de passe : pas de premier courrier.
refusal-own-password-hint = Avec --only-new, ceux qui en ont un sont laissés de côté.
refusal-role-pupil = { $name } est élève : le mot de passe d'un élève se donne de la main à la main, à l'école, jamais par e-mail.
refusal-role-pupil-hint = entctl password reset en donne un nouveau à remettre.
refusal-account-disabled = { $name } : le compte est désactivé, rien n'est envoyé.
refusal-account-disabled-hint = S'il doit être rouvert : entctl account unlock
refusal-account-absorbed = { $name } : ce compte a été fusionné avec un autre, qui sert désormais à cette personne ; il n'est pas rouvert.
refusal-account-absorbed-hint = Pour annuler la fusion : entctl history list --account IDENTIFIANT, puis entctl history undo OPÉRATION --only IDENTIFIANT
refusal-account-secondary = { $name } : c'est le compte secondaire d'un rapprochement, le compte principal sert à cette personne ; il n'est pas rouvert.
refusal-account-secondary-hint = Pour séparer les comptes, ce qui le rouvre : entctl account unlink IDENTIFIANT
refusal-joined-to-nobody = { $name } : ce compte a été rattaché à un autre qui n'existe plus : impossible de savoir quel compte sert à cette personne.
refusal-joined-in-chain = { $name } : ce compte a été rattaché à un compte lui-même rattaché à un autre : impossible de savoir lequel sert à cette personne.
joined-broken-hint = Pour voir à quoi il est rattaché : entctl account show IDENTIFIANT
refusal-joined-contradictory = { $name } : la ligne { $line } et la ligne { $given } mènent à ce même compte et demandent des choses différentes.

# Un compte est demandé, et c'est un autre qui sert à la personne.
served-merged = « { $asked } » a été fusionné avec « { $account } », qui est utilisé à sa place.
served-linked = « { $asked } » est un compte secondaire de « { $account } », qui est utilisé à sa place.
served-former = « { $asked } » est un ancien identifiant de « { $account } ».
served-many = { $count } des comptes nommés ont été fusionnés ou rapprochés : les comptes qui les remplacent sont utilisés.
refusal-recovery-unusable = { $name } : ce que l'annuaire contient comme adresse de secours n'est pas une adresse e-mail à laquelle un mot de passe peut être envoyé.
refusal-recovery-missing = { $name } n'a pas d'adresse de secours : il n'y a nulle part où envoyer un mot de passe.
refusal-recovery-hint = Assurez-vous de l'identité de la personne, puis donnez-lui une adresse hors de l'ENT : entctl mail set COMPTE --recovery ADRESSE --reason TEXTE
refusal-recovery-shared = { $name } : d'autres comptes ont la même adresse de secours, et qui la lit pourrait se connecter ici.
refusal-recovery-shared-hint = Donnez à chacun une adresse à soi ; ou réglez shared_address sur list dans la configuration, si des familles doivent en partager une.
refusal-sent-too-often = { $name } a déjà reçu le maximum de mots de passe provisoires pour le moment. Réessayez plus tard.
refusal-sent-too-often-hint = Cherchez le dernier e-mail reçu, dans les indésirables aussi.
refusal-role-unknown = L'annuaire ne dit pas si { $name } est élève ou adulte : refusé.
refusal-role-unknown-hint = Demandez au responsable de l'annuaire de compléter ce compte.
refusal-protected = { $name } est protégé par la configuration : jamais modifié.
refusal-drift-hint = Refaites le plan ; ou ajoutez --keep-going pour laisser ces comptes de côté et faire les autres.
refusal-out-of-scope = { $name } est hors de ce profil (établissement, classe ou rôle).
account-with = { $name } avec { $others }
report-account = { $name } : { $reason }
