# Donner de nouveaux mots de passe.
reset-print-or-slips = Indiquez où vont les nouveaux mots de passe.
reset-print-or-slips-hint = --slips FICHIER.html fait une page à imprimer, --slips FICHIER.csv une liste pour un tableur, --print les montre à l'écran.
reset-confirm-one = Réinitialiser le mot de passe de { $who } ?
reset-confirm-many = { $count ->
        [one] Réinitialiser { $count } mot de passe ?
       *[other] Réinitialiser { $count } mots de passe ?
    }
reset-note-own = { $count ->
        [one] { $count } a un mot de passe de son choix, qui sera remplacé (--only-new l'écarte).
       *[other] { $count } ont un mot de passe de leur choix, qui sera remplacé (--only-new les écarte).
    }
reset-note-today = { $count ->
        [one] { $count } a déjà été réinitialisé aujourd'hui.
       *[other] { $count } ont déjà été réinitialisés aujourd'hui.
    }
reset-note-disabled = Le compte de { $name } est désactivé, et le reste.
reset-note-disabled-many = { $count ->
        [one] { $count } compte est désactivé, et le reste.
       *[other] { $count } comptes sont désactivés, et le restent.
    }
reset-note-no-undo = Les anciens mots de passe ne pourront pas être rétablis.
reset-nothing = Personne à réinitialiser.
reset-simulated = { $count ->
        [one] Simulation : { $count } mot de passe serait réinitialisé. Rien n'a été fait.
       *[other] Simulation : { $count } mots de passe seraient réinitialisés. Rien n'a été fait.
    }
reset-progress = Mots de passe
reset-done = { $count ->
        [one] { $count } mot de passe réinitialisé, à changer à la première connexion (opération { $run }).
       *[other] { $count } mots de passe réinitialisés, à changer à la première connexion (opération { $run }).
    }
reset-slips = Étiquettes : { $path }
reset-stays-disabled = { $name } : le compte reste désactivé ; pour le rouvrir : entctl account unlock
reset-no-random = Le système ne fournit pas de hasard : aucun mot de passe ne peut être créé.
reset-style-misfit = Les mots de passe de style « { $style } » ne conviennent pas aux règles de cet annuaire.
reset-style-misfit-hint = Utilisez --style { $style }
reset-imposed-refused = { $count ->
        [one] Un des mots de passe fournis ne respecte pas les règles de cet annuaire : rien n'a été fait.
       *[other] { $count } des mots de passe fournis ne respectent pas les règles de cet annuaire : rien n'a été fait.
    }
reset-imposed-row = ligne { $line }, { $name } : { $reason }

# Changer le sien
change-login = Votre identifiant :
change-account-missing = Indiquez quel mot de passe changer : entctl password change IDENTIFIANT
change-old = Mot de passe actuel :
change-new = Nouveau mot de passe :
change-again = Nouveau mot de passe, une seconde fois :
change-must = Ce mot de passe doit être changé maintenant.
change-rules = Le nouveau mot de passe :
change-differ = Les deux saisies diffèrent. Recommencez.
change-same = Le nouveau mot de passe est le même que l'ancien.
change-done = Votre mot de passe est changé.
change-not-found = Il n'y a pas d'identifiant « { $text } ».
change-not-found-hint = Tapez-le comme sur la page de connexion de l'ENT.
change-old-wrong = Le mot de passe actuel est faux, ou bien l'identifiant.
change-old-wrong-hint = Saisissez-les à nouveau ; après plusieurs erreurs le compte est verrouillé. Un mot de passe oublié est réinitialisé par l'administrateur de l'établissement.
change-locked = Ce compte est verrouillé ou désactivé.
change-locked-hint = Adressez-vous à l'administrateur de l'établissement.
rule-forbidden = - ne peut pas être changé par vous-même : adressez-vous à l'administrateur de l'établissement
rule-minimum = { $count ->
        [one] - compte au moins { $count } caractère
       *[other] - compte au moins { $count } caractères
    }
rule-maximum = { $count ->
        [one] - compte au plus { $count } caractère
       *[other] - compte au plus { $count } caractères
    }
rule-history = { $count ->
        [one] - n'est pas le précédent
       *[other] - n'est aucun des { $count } derniers
    }
rule-age = { $hours ->
        [one] - ne peut être changé à nouveau avant { $hours } heure
       *[other] - ne peut être changé à nouveau avant { $hours } heures
    }
rule-quality = - n'est pas trop simple (l'annuaire en juge)
rule-old = - se donne avec l'actuel
rule-lockout = { $count ->
        [one] - verrouille le compte après { $count } erreur de saisie
       *[other] - verrouille le compte après { $count } erreurs de saisie de suite
    }
rule-end = { $days ->
        [one] - devra être changé après { $days } jour
       *[other] - devra être changé après { $days } jours
    }
weakness-empty = Le mot de passe est vide.
weakness-short = { $minimum ->
        [one] Le mot de passe est trop court : au moins { $minimum } caractère.
       *[other] Le mot de passe est trop court : au moins { $minimum } caractères.
    }
weakness-long = { $maximum ->
        [one] Le mot de passe est trop long : au plus { $maximum } caractère.
       *[other] Le mot de passe est trop long : au plus { $maximum } caractères.
    }
weakness-control = Le mot de passe contient un caractère impossible à saisir.
weakness-login = Le mot de passe est l'identifiant : choisissez-en un autre.
weakness-name = Le mot de passe est le nom : choisissez-en un autre.
weakness-space = Le mot de passe commence ou finit par une espace.

# Ouvrir et fermer les comptes
access-lock-nothing = Déjà désactivé : rien à faire.
access-lock-confirm = { $count ->
        [one] Désactiver { $count } compte ?
       *[other] Désactiver { $count } comptes ?
    }
access-lock-simulated = { $count ->
        [one] Simulation : { $count } compte serait désactivé. Rien n'a été fait.
       *[other] Simulation : { $count } comptes seraient désactivés. Rien n'a été fait.
    }
access-lock-done = { $count ->
        [one] { $count } compte désactivé (opération { $run }).
       *[other] { $count } comptes désactivés (opération { $run }).
    }
access-lock-progress = Comptes
access-unlock-nothing = Déjà ouvert : rien à faire.
access-unlock-confirm = { $count ->
        [one] Déverrouiller { $count } compte ?
       *[other] Déverrouiller { $count } comptes ?
    }
access-unlock-simulated = { $count ->
        [one] Simulation : { $count } compte serait déverrouillé. Rien n'a été fait.
       *[other] Simulation : { $count } comptes seraient déverrouillés. Rien n'a été fait.
    }
access-unlock-done = { $count ->
        [one] { $count } compte déverrouillé (opération { $run }).
       *[other] { $count } comptes déverrouillés (opération { $run }).
    }
access-unlock-progress = Comptes

reset-cannot-tell = Cet annuaire ne dit pas qui a choisi son mot de passe.
reset-cannot-tell-hint = Nommez les personnes une à une, ou utilisez --from, sans --only-new ni --first.
reset-cannot-force = Cet annuaire ne peut pas obliger à changer le mot de passe à la première connexion : demandez-le aux personnes.
access-cannot-lock = Cet annuaire n'a pas de moyen de désactiver un compte qu'entctl connaisse.
reset-not-shown = Les mots de passe de l'opération { $run } n'ont pas pu être écrits là où on devait les lire.
reset-not-shown-hint = history resume { $run } en donne d'autres et les montre.
weakness-formula = Dans un tableur, ce mot de passe passerait pour une formule : donnez-en un autre, ou faites les étiquettes en .html.

# Mots de passe provisoires par e-mail.
send-nothing = Personne à qui envoyer un mot de passe.
send-confirm = { $count ->
        [one] Envoyer { $count } mot de passe provisoire ? Celui d'aujourd'hui ne fonctionnera plus.
       *[other] Envoyer { $count } mots de passe provisoires ? Ceux d'aujourd'hui ne fonctionneront plus.
    }
send-confirm-one = Envoyer un mot de passe provisoire à { $who }, à l'adresse { $address } ?
send-simulated = { $count ->
        [one] Simulation : { $count } mot de passe provisoire serait envoyé. Rien n'a été fait.
       *[other] Simulation : { $count } mots de passe provisoires seraient envoyés. Rien n'a été fait.
    }
send-letter = À { $address }, objet « { $subject } » :
send-progress = E-mails
send-done = { $count ->
        [one] { $count } mot de passe provisoire envoyé (opération { $run }).
       *[other] { $count } mots de passe provisoires envoyés (opération { $run }).
    }
send-not-mailed = Des mots de passe ont été changés sans qu'il soit certain que l'e-mail soit parti : ces personnes ne peuvent pas se connecter pour l'instant. Terminer l'opération en envoie un nouveau à chacune.
send-restored = { $reason } L'ancien mot de passe fonctionne de nouveau.
send-written = { $reason } L'ancien mot de passe ne fonctionne plus.

# Demandes de la page de connexion.
uniform-taken = La demande est enregistrée. Si le compte a une adresse de secours, un e-mail est en route.
requested-reason = Demandé sur la page de connexion
requested-damaged = { $count ->
    [one] Un fichier abîmé parmi les demandes de la page de connexion a été retiré.
   *[other] { $count } fichiers abîmés parmi les demandes de la page de connexion ont été retirés.
}
request-not-taken = L'annuaire n'a pas répondu : la demande n'est pas enregistrée.
login-page-not-configured = Le profil « { $profile } » ne prend pas de demandes d'une page de connexion.
login-page-not-configured-hint = Ajoutez { $section } à la configuration, avec le dossier où elles attendent (spool) ; { $example } montre comment.
spool-unwritable = La demande ne peut pas être gardée dans { $path }.
spool-unreadable = Les demandes de la page de connexion ne peuvent pas être lues : { $path }
spool-not-private = D'autres peuvent entrer dans le dossier des demandes de la page de connexion : { $path }
spool-not-private-hint = Fermez-le : chmod 700 { $path }
spool-full = Trop de demandes de la page de connexion attendent : { $count }.
spool-full-hint = Le service qui les traite tourne-t-il ? entctl password send --requested
outcome-request-expired = la demande a attendu plus d'une heure
# La fin des mots de passe provisoires.
expire-nothing = Aucun mot de passe provisoire n'est arrivé à échéance.
expire-confirm = { $count ->
        [one] Mettre fin à { $count } mot de passe provisoire non utilisé à temps ? Il ne fonctionnera plus.
       *[other] Mettre fin à { $count } mots de passe provisoires non utilisés à temps ? Ils ne fonctionneront plus.
    }
expire-confirm-disable = { $count ->
        [one] Désactiver { $count } compte dont le mot de passe provisoire n'a pas été utilisé à temps ?
       *[other] Désactiver { $count } comptes dont le mot de passe provisoire n'a pas été utilisé à temps ?
    }
expire-confirm-tidy = { $count ->
        [one] Retirer { $count } échéance d'un ancien mot de passe provisoire ?
       *[other] Retirer { $count } échéances d'anciens mots de passe provisoires ?
    }
expire-simulated = { $count ->
        [one] Simulation : { $count } compte serait concerné. Rien n'a été fait.
       *[other] Simulation : { $count } comptes seraient concernés. Rien n'a été fait.
    }
expire-progress = Comptes
expire-done = { $count ->
        [one] { $count } mot de passe provisoire n'a pas été utilisé à temps : il ne fonctionne plus (opération { $run }).
       *[other] { $count } mots de passe provisoires n'ont pas été utilisés à temps : ils ne fonctionnent plus (opération { $run }).
    }
expire-disabled = { $count ->
        [one] { $count } compte désactivé : son mot de passe provisoire n'a pas été utilisé à temps (opération { $run }).
       *[other] { $count } comptes désactivés : leur mot de passe provisoire n'a pas été utilisé à temps (opération { $run }).
    }
expire-tidied = { $count ->
        [one] { $count } échéance d'un ancien mot de passe provisoire retirée (opération { $run }).
       *[other] { $count } échéances d'anciens mots de passe provisoires retirées (opération { $run }).
    }
expire-cannot-tell = Cet annuaire ne dit pas qui a choisi son mot de passe : aucun ne peut prendre fin sans risque.
expire-cannot-tell-hint = Indiquez les attributs must_change et password_changed dans la configuration, si l'annuaire les a.
expire-no-room = Les règles de mot de passe de cet annuaire ne laissent pas la place d'un mot de passe que personne ne puisse deviner.
expire-no-room-hint = Autorisez au moins dix caractères, ou faites plutôt désactiver les comptes (at_end).
reset-confirm-one-until = Réinitialiser le mot de passe de { $who } ? Le nouveau sera valable jusqu'au { $until }.
reset-confirm-many-until = { $count ->
        [one] Réinitialiser { $count } mot de passe ? Le nouveau sera valable jusqu'au { $until }.
       *[other] Réinitialiser { $count } mots de passe ? Les nouveaux seront valables jusqu'au { $until }.
    }
reset-until = Valable jusqu'au { $until }, sauf si un autre est choisi d'ici là.
reset-end-in-history = Cet annuaire n'a pas de place pour l'échéance d'un mot de passe : seul cet historique la connaît, et c'est d'ici seulement que ces mots de passe peuvent prendre fin.
