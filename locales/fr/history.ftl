# Ce qui a été fait, et comment le terminer.
history-unwritable = L'historique « { $path } » ne peut pas être écrit : rien n'a été fait.
history-unwritable-hint = Libérez de la place ou corrigez les droits de ce dossier ; rien n'est jamais modifié sans trace.
history-unreadable = L'historique « { $path } » ne peut pas être lu.
history-no-such-run = Il n'y a pas d'opération { $run }.
history-no-such-run-hint = entctl history list les montre toutes.
history-under-way = L'opération { $run } est en cours dans une autre fenêtre.
history-newer = L'opération { $run } a été écrite par un entctl plus récent (format { $version }).
run-running = en cours
run-prepared = arrêtée avant d'écrire
run-unfinished = interrompue
run-finished = terminée
execute-interrupted = Interrompu ; ce qui était commencé a été terminé proprement.
execute-outcome-unknown = Pour certains comptes, on ne sait pas encore s'ils ont été modifiés.
outcome-drift = modifié par quelqu'un d'autre entre-temps : laissé tel quel
outcome-drift-disabled = désactivé par quelqu'un d'autre entre-temps : laissé tel quel
outcome-gone = n'existe plus
outcome-owner-changed = a choisi un autre mot de passe depuis : laissé tel quel
outcome-outcome-unknown = pas de réponse : on ne sait pas si c'est fait
outcome-no-rights = pas le droit de le modifier
outcome-password-too-short = mot de passe trop court pour l'annuaire
outcome-password-too-weak = mot de passe trop simple pour l'annuaire
outcome-password-too-young = mot de passe changé trop récemment
outcome-password-used-before = mot de passe déjà utilisé
outcome-password-refused = mot de passe refusé par l'annuaire
outcome-password-change-forbidden = le mot de passe ne peut pas être changé
outcome-server-refused = refusé par l'annuaire
outcome-refused-by-server = refusé par l'annuaire
outcome-value-conflict = modifié par quelqu'un d'autre entre-temps : laissé tel quel
outcome-busy = l'annuaire était trop occupé
outcome-kind-pending = pas commencé
outcome-kind-done = fait
outcome-kind-unchanged = déjà ainsi
outcome-kind-refused = refusé
outcome-kind-failed = échec
outcome-kind-unknown = inconnu
resume-nothing = Aucune opération n'attend d'être terminée.
resume-finished = L'opération { $run } est déjà terminée.
resume-forgotten = L'opération { $run } n'avait rien écrit ; elle est retirée de l'historique.
resume-several = { $count } opérations attendent d'être terminées ; choisissez-en une :
resume-other-directory = L'opération { $run } concerne un autre annuaire (profil « { $profile } »).
resume-slips-lost = Les étiquettes de cette opération sont perdues : de nouveaux mots de passe sont donnés.
resume-not-shown = Les mots de passe de cette opération n'ont été montrés à personne : de nouveaux sont donnés.
resume-progress = Reprise
resume-done = { $count ->
        [one] { $count } compte modifié (opération { $run }).
       *[other] { $count } comptes modifiés (opération { $run }).
    }
