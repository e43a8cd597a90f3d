# Phrases qui ne sont d'aucune pièce en particulier.
yes-letter = o

exit-status-0 = fait, ou rien à faire
exit-status-1 = échec, rien n'a été modifié
exit-status-2 = commande ou configuration incorrecte
exit-status-3 = fait en partie, ou résultat d'une écriture inconnu
exit-status-4 = des modifications sont à faire (simulation avec --detailed-exitcode)
exit-status-5 = introuvable, ou plusieurs réponses
exit-status-6 = refusé : établissement, rôle, limite de sécurité, ou modifié entre-temps
exit-status-10 = l'annuaire ne répond pas
exit-status-11 = identifiant, mot de passe ou droits refusés
exit-status-12 = une autre exécution est en cours
exit-status-13 = écrit, mais le courriel n'est pas parti
exit-status-130 = interrompu
