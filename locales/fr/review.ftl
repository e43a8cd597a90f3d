# Les personnes qui ont plusieurs comptes, regardées une à une (account review).
review-head = Personne { $number } sur { $of } · { $left ->
    [one] encore 1 paire
   *[other] encore { $left } paires
}
review-cluster = { $count } comptes semblent être ceux d'une même personne ; comparaison { $place } sur { $of } :
review-cluster-account = ({ $number }) { $name }
review-cluster-pair = ({ $a }) et ({ $b }) : { $percent } %
review-by-third = Rien ne rapproche directement { $name } et { $other } : chacun ressemble à un autre compte de cette liste.
review-score = Même personne : { $tier }, { $percent } %
review-for = + Pour : { $reasons }
review-against = - Contre : { $reasons }
review-keep = À GARDER ({ $why }) : { $name }
review-your-choice = votre choix
review-other = AUTRE : { $name }
review-family = nom
review-given = prénom
review-birth-name = nom naissance
review-title = civilité
review-birth-date = né(e) le
review-mail = e-mail
review-phone = téléphone
review-address = adresse
review-children = enfants
review-schools = établissement
review-groups = groupes
review-login = identifiant
review-state = état
review-used = utilisé le
review-key = clé d'import
review-number = numéro
review-keys = [r]approcher · [f]usionner · [d]eux personnes · [o] garder l'autre · [p]lus tard · [u] revenir · [a]ppliquer · [h] aide · [q]uitter
review-wrong-key = La touche « { $key } » ne fait rien ici.
review-dead-key = Cette touche ne fait rien ici.
review-help-link = r (ou l) : rapprocher. Les deux comptes restent ; celui de gauche reçoit les enfants, les groupes et les droits de l'autre.
review-help-merge = f (ou m) : fusionner. Il ne reste qu'un compte en usage, celui de gauche ; l'autre est fermé.
review-help-dismiss = d (ou n) : deux personnes différentes. La paire ne sera plus proposée.
review-help-turn = o (ou x) : garder l'autre. Les deux comptes changent de côté ; ce qui a été décidé de cette personne est à redire.
review-help-later = p (ou s) : plus tard. La paire reviendra la prochaine fois.
review-help-back = u : reprendre la dernière réponse.
review-help-apply = a : montrer tout ce qui est décidé, puis l'appliquer après confirmation.
review-help-quit = q : quitter. Ce qui est décidé est gardé ; la même commande reprend où vous en étiez.
review-help-same = Le signe = devant une ligne : les deux comptes disent la même chose.
review-help-different = Le signe ≠ : ils diffèrent ; ~ : une partie est commune. Sans signe : rien à comparer.
review-help-letters = Majuscules et minuscules se valent.
review-taken-link = Rapprochés : { $other } de { $name }
review-taken-merge = Fusionnés : { $other } dans { $name }
review-taken-dismiss = Deux personnes : { $name } et { $other }
review-taken-later = Plus tard : { $name } et { $other }
review-taken-turn = À garder désormais : { $other }
review-taken-back = La dernière réponse est reprise.
review-nothing-to-take-back = Il n'y a pas de réponse à reprendre.
review-conflict = Impossible : vous avez déjà joint { $name } à { $other }. Reprenez cette réponse (u), ou laissez cette paire pour plus tard (p).
review-nobody = Personne ne semble avoir deux comptes.
review-goes-on = { $count ->
    [one] La revue reprend où elle s'était arrêtée : 1 décision attend d'être appliquée.
   *[other] La revue reprend où elle s'était arrêtée : { $count } décisions attendent d'être appliquées.
}
review-through = Toutes les paires ont été vues.
review-kept = { $count ->
    [0] Rien n'est décidé.
    [one] 1 décision est gardée et n'est pas encore appliquée. La même commande reprend où vous en étiez. Pour l'appliquer : entctl account review --apply
   *[other] { $count } décisions sont gardées et ne sont pas encore appliquées. La même commande reprend où vous en étiez. Pour les appliquer : entctl account review --apply
}
review-decision = décision
review-decided-link = rapprocher
review-decided-merge = fusionner
review-decided-dismiss = deux personnes
review-waiting = { $count ->
    [0] Aucune décision en attente.
    [one] 1 décision en attente. Pour l'appliquer : entctl account review --apply
   *[other] { $count } décisions en attente. Pour les appliquer : entctl account review --apply
}
review-nothing = Aucune décision en attente.
review-confirm = { $count ->
    [one] Appliquer cette décision ?
   *[other] Appliquer ces { $count } décisions ?
}
review-simulated = { $count ->
    [one] Simulation : 1 décision serait appliquée ; rien n'a été fait.
   *[other] Simulation : { $count } décisions seraient appliquées ; rien n'a été fait.
}
review-done = { $count ->
    [one] 1 décision appliquée. Pour revenir en arrière : entctl history undo { $run }
   *[other] { $count } décisions appliquées. Pour revenir en arrière : entctl history undo { $run }
}
review-progress = Application des décisions
review-stay = { $count ->
    [one] 1 décision n'a pas pu être appliquée et reste en attente : entctl account review --list
   *[other] { $count } décisions n'ont pas pu être appliquées et restent en attente : entctl account review --list
}
review-plan-saved = Les décisions restent en attente jusqu'à ce que ce plan soit appliqué.
review-discard = Oublier tout ce qui est décidé et n'a pas été appliqué ?
review-discarded = Les décisions en attente sont oubliées.
review-dropped-gone = { $name } et { $other } : un de ces comptes n'existe plus, ou n'est plus de vos établissements ; la décision est retirée.
review-dropped-joined = { $name } et { $other } : déjà joints entre-temps ; la décision est retirée.
review-dropped-apart = { $name } et { $other } : entre-temps, quelqu'un a noté que ce sont deux personnes ; la décision est retirée.
review-dropped-changed = { $name } et { $other } : un de ces comptes a changé depuis ; la paire sera à revoir.
review-no-terminal = Cette commande se sert du clavier et de l'écran d'un terminal.
review-no-terminal-list = Pour avoir les paires dans un fichier : entctl account duplicates --format csv
review-no-terminal-from = Après y avoir écrit les décisions : entctl account link --from FICHIER
review-under-way = Une autre revue est en cours.
review-under-way-hint = Attendez qu'elle se termine, ou quittez-la avec q : ce qui y est décidé est gardé.
review-unreadable = Les décisions en attente ne peuvent pas être lues dans { $file }.
review-unreadable-hint = Pour les oublier et recommencer : entctl account review --discard
review-unwritable = Les décisions ne peuvent pas être gardées dans { $file }.
review-other-directory = Les décisions en attente concernent un autre annuaire.
