# Tout ce que l'annuaire sait d'une personne, pour cette personne (droit d'accès).
export-title = Ce que l'annuaire sait : { $name }
export-made = Relevé le { $at }
export-section-person = Votre compte
export-section-family = Famille et groupes
export-section-relations = Ce que le compte d'un proche dit de vous
export-section-history = Ce qui a été fait sur le compte
export-children = Enfants
export-parents = Responsables
export-groups = Groupes
export-role = Rôle
export-school = Établissement
export-state = État
export-of = { $label } (compte de { $name })
export-empty = Rien n'a été fait sur ce compte avec cet outil.
export-password = Les mots de passe sont gardés sous une forme illisible : personne ne peut les lire, et ils ne figurent pas ici.
export-others = Les autres personnes ne figurent que par leur nom.
export-person-elsewhere = une personne d'un autre établissement
export-person-gone = (n'est plus dans l'annuaire)
export-technical = un compte technique
export-kinship-mother = mère
export-kinship-father = père
export-kinship-sibling = frère ou sœur
export-kinship-grandparent = ascendant
export-kinship-relative = autre membre de la famille
export-kinship-educator = éducateur
export-kinship-foster-carer = assistant familial
export-kinship-childminder = garde d'enfant
export-kinship-guardian = tuteur
export-kinship-child-welfare = aide sociale à l'enfance
export-kinship-self = l'élève
export-kinship-other = autre lien
export-legal-yes = représentant légal : oui
export-legal-no = représentant légal : non
export-legal-in-charge = représentant légal : non, a l'élève en charge
export-link-legal = représentant légal : { $said }
export-link-pays = responsable financier : { $said }
export-link-contact = à contacter : { $said }
export-link-payment = paiement : { $said }
export-not-shown = { $count ->
        [one] { $count } personne d'un établissement hors de ce profil n'est pas nommée ; l'administrateur inter-établissements peut établir le relevé complet.
       *[other] { $count } personnes d'établissements hors de ce profil ne sont pas nommées ; l'administrateur inter-établissements peut établir le relevé complet.
    }
export-yes = oui
export-no = non
export-disabled-for-good = désactivé
export-binary = { $count ->
        [one] donnée de { $count } octet
       *[other] donnée de { $count } octets
    }
export-verb-password-reset = Nouveau mot de passe donné
export-verb-password-send = Mot de passe provisoire envoyé par e-mail
export-verb-password-expire = Fin d'un mot de passe provisoire
export-verb-password-change = Mot de passe changé
export-verb-account-set = Données corrigées
export-verb-account-lock = Compte désactivé
export-verb-mail-set = Redirection ou adresse de secours enregistrée
export-verb-mail-clear = Redirection ou adresse de secours retirée
export-verb-mail-sync = Courrier mis en accord avec un fichier
export-verb-account-unlock = Compte déverrouillé
export-verb-account-link = Comptes rapprochés
export-verb-account-merge = Comptes fusionnés
export-verb-account-unlink = Comptes séparés
export-verb-account-refresh = Rapprochement mis à jour
export-verb-account-dismiss = Comptes de deux personnes distingués
export-verb-history-undo = Remis comme avant
export-by = par { $user }
export-reason = motif : { $reason }
export-extension = « { $path } » : le relevé s'écrit en .json ou en .html.
export-done = Relevé : { $path }
export-not-rendered = La mise en page du relevé a échoué.
