# Ce que répond l'annuaire, et que faire.
directory-server-says = l'annuaire répond { $code } : { $words }
directory-cause = { $words }
directory-unreachable = L'annuaire { $url } ne répond pas.
directory-unreachable-hint = Vérifiez le réseau et l'adresse (urls) dans la configuration.
directory-certificate = La connexion protégée avec { $url } n'est pas possible.
directory-certificate-unknown = Le certificat de { $url } vient d'une autorité inconnue ici.
directory-certificate-expired = Le certificat de { $url } a expiré.
directory-certificate-early = Le certificat de { $url } n'est pas encore valable, ou l'horloge de ce poste retarde.
directory-certificate-name = Le certificat de { $url } a été établi pour un autre nom.
directory-certificate-hint = Rien n'a été envoyé. Adressez-vous au responsable de l'annuaire.
directory-certificate-unknown-hint = Rien n'a été envoyé. Demandez au responsable de l'annuaire le certificat de cette autorité, puis indiquez-le avec ca_file dans la configuration.
directory-timeout = L'annuaire { $url } n'a pas répondu à temps.
directory-timeout-hint = Réessayez ; si cela continue, demandez au responsable de l'annuaire. Les délais sont connect_timeout et operation_timeout dans la configuration.
directory-connection-lost = La connexion avec l'annuaire { $url } a été coupée.
directory-busy = L'annuaire { $url } est occupé ou s'arrête ; réessayez plus tard.
directory-credentials = L'annuaire refuse le nom ou le mot de passe de ce profil.
directory-credentials-hint = Vérifiez le dn et le mot de passe du profil dans la configuration.
directory-own-account-locked = Le compte de ce profil est verrouillé ou désactivé.
directory-own-account-locked-hint = Demandez au responsable de l'annuaire de le rouvrir.
directory-own-password-must-change = Le compte de ce profil doit d'abord changer son propre mot de passe.
directory-no-rights = Le compte de ce profil n'a pas le droit de faire cela.
directory-no-rights-hint = Demandez ce droit au responsable de l'annuaire, ou utilisez un autre profil.
directory-no-such-object = L'annuaire ne contient rien à l'endroit indiqué dans la configuration.
directory-drift = Le compte a été modifié entre-temps.
directory-size-limit = L'annuaire s'arrête à sa limite de réponses : la liste ne serait pas complète, elle n'est donc pas affichée.
directory-size-limit-hint = Demandez moins (une classe, un établissement), ou demandez une limite plus haute au responsable de l'annuaire.
directory-server-time-limit = L'annuaire s'arrête à son propre délai ; demandez moins (une classe, un établissement).
directory-password-refused = L'annuaire refuse ce mot de passe.
directory-value-conflict = Le compte a été modifié entre-temps.
directory-filter-invalid = Le filtre est mal formé (RFC 4515).
directory-url-invalid = « { $url } » n'est pas l'adresse d'un annuaire.
directory-outcome-unknown = Aucune réponse : on ne sait pas si c'est fait.
directory-protocol = Ce qui répond à { $url } ne parle pas comme un annuaire.
directory-insecure = Le mot de passe passerait en clair sur le réseau vers { $url } : refusé.
directory-insecure-hint = Utilisez ldaps:// ou start_tls = true ; ou écrivez allow_plaintext_password = true dans le profil.
directory-server-refused = L'annuaire a refusé.

# Pourquoi un mot de passe est refusé
policy-password-expired = Le mot de passe a expiré.
policy-account-locked = Le compte est verrouillé.
policy-own-password-must-change = Le mot de passe doit d'abord être changé.
policy-password-change-forbidden = Ce mot de passe ne peut pas être changé par son propriétaire : demandez à l'administrateur de l'établissement.
policy-old-password-needed = L'annuaire demande aussi l'ancien mot de passe.
policy-password-too-weak = L'annuaire trouve ce mot de passe trop simple.
policy-password-too-short = L'annuaire trouve ce mot de passe trop court.
policy-password-too-young = Le mot de passe a été changé trop récemment pour l'être à nouveau.
policy-password-used-before = Ce mot de passe a déjà servi : choisissez-en un autre.
