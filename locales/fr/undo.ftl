# Une opération annulée.
undo-nothing = Tout est déjà comme avant : rien à faire.
undo-question = { $count ->
        [one] Remettre { $count } compte comme avant « { $verb } » du { $at } ?
       *[other] Remettre { $count } comptes comme avant « { $verb } » du { $at } ?
    }
undo-simulated = { $count ->
        [one] Simulation : { $count } compte serait remis comme avant. Rien n'a été fait.
       *[other] Simulation : { $count } comptes seraient remis comme avant. Rien n'a été fait.
    }
undo-done = { $count ->
        [one] { $count } compte remis comme avant (opération { $run }).
       *[other] { $count } comptes remis comme avant (opération { $run }).
    }
undo-progress = Comptes
undo-left-moved = { $name } : « { $field } » a été modifié depuis, et reste tel quel.
undo-all-left = Rien de l'opération { $run } ne peut être annulé.
undo-passwords = L'opération { $run } a donné de nouveaux mots de passe : elle ne peut pas être annulée, car personne ne garde les anciens.
undo-passwords-hint = À qui a besoin d'un mot de passe, on en donne un autre : entctl password reset
undo-unfinished = L'opération { $run } a été interrompue : terminez-la d'abord, annulez-la ensuite.
undo-other-profile = L'opération { $run } s'annule avec le profil qui l'a faite.
undo-other-profile-hint = entctl --profile { $profile } history undo { $run }
undo-nobody = Personne ne s'appelle « { $text } » dans l'opération { $run }.
undo-nobody-hint = Tapez l'identifiant, le numéro ou le nom entier, tel qu'on le voit ici : entctl --profile { $profile } history show { $run }
refusal-moved-since = { $name } : modifié depuis, laissé tel quel.
refusal-password-not-kept = { $name } : un mot de passe a été donné ; personne ne garde l'ancien, il ne peut pas revenir.
refusal-not-kept = { $name } : ce qui était là avant n'a pas été gardé et ne peut pas revenir.
refusal-linked-since = { $name } : ce que son rapprochement a donné depuis à { $other } par les mises à jour y reste ; pour le reprendre aussi : entctl account unlink, avec le compte { $name }.
refusal-made-anew = { $name } : le compte est recréé, mais personne ne garde son mot de passe : donnez-en un nouveau. Pour l'annuaire, c'est un compte neuf.
refusal-gone-since = { $name } : ce compte n'existe plus.
undo-run-missing = Quelle opération faut-il annuler ?
undo-other-directory = L'opération de { $file } a été faite dans un autre annuaire.
