#!/usr/bin/env bash
#
# Raconte la journée d'un administrateur d'ENT avec entctl, dans un annuaire jetable, et vérifie chaque pas
# avec les outils de Debian (ldap-utils). Tout disparaît à la fin.
#
# The story is told in French, to the people it is about. ENTCTL names another binary than the built one.

# shellcheck disable=SC1112 # French apostrophes are meant.

set -euo pipefail

# --- la scène ----------------------------------------------------------------------------------------------

racine=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cible=${CARGO_TARGET_DIR:-target}
[[ $cible == /* ]] || cible=$racine/$cible
programme=${ENTCTL:-$cible/debug/entctl}
readonly racine cible programme
readonly NOM=demo

umask 077
scene=$(mktemp -d "${TMPDIR:-/tmp}/entctl-demo.XXXXXX")
mkdir "$scene/config" "$scene/data" "$scene/state" "$scene/cache" "$scene/run" "$scene/bureau"
cd "$scene/bureau"
# Rien ne reste chez la personne qui regarde : ni configuration, ni historique.
export XDG_CONFIG_HOME=$scene/config XDG_DATA_HOME=$scene/data XDG_STATE_HOME=$scene/state
export XDG_CACHE_HOME=$scene/cache XDG_RUNTIME_DIR=$scene/run
export LC_ALL=C.UTF-8
export PATH=$PATH:/usr/sbin:/sbin
# Les outils de Debian ne doivent rien lire des réglages de cette machine.
export LDAPNOINIT=1

# Ce qu’entctl reçoit sur son entrée : rien, sauf un moment.
entree=/dev/null

entctl() {
    "$programme" --lang fr "$@" <"$entree"
}

baisser_le_rideau() {
    local statut=$?
    trap - EXIT
    if [[ -n ${debout:-} ]]; then
        entctl sandbox down --name "$NOM" >/dev/null 2>&1 || true
    fi
    rm -rf "$scene"
    if [[ $statut -ne 0 ]]; then
        printf '\nLa démonstration s’est arrêtée (statut %s).\n' "$statut" >&2
    fi
    exit "$statut"
}
trap baisser_le_rideau EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

titre() {
    printf '\n== %s\n' "$1"
}

# jouer MOT… : montre la commande comme on la tape, la joue, montre ce qu’elle dit ; garde le tout dans
# « $scene/dit » et rend son statut.
jouer() {
    local mot tapee='entctl' statut=0
    for mot in "$@"; do
        [[ $mot == *' '* ]] && mot="\"$mot\""
        tapee+=" $mot"
    done
    printf '\n$ %s\n' "$tapee"
    entctl "$@" >"$scene/dit" 2>&1 || statut=$?
    cat "$scene/dit"
    return "$statut"
}

constat() {
    printf '   ✓ %s\n' "$1"
}

echec() {
    printf '   ✗ %s\n' "$1" >&2
    exit 1
}

# --- petits outils -----------------------------------------------------------------------------------------

# La valeur texte d'un champ dans du JSON : champ NOM FICHIER. Suffit pour des valeurs sans guillemet.
champ() {
    tr -d '\n' <"$2" | grep -o "\"$1\" *: *\"[^\"]*\"" | head -n 1 | sed 's/^[^:]*: *"//; s/"$//'
}

# Le même, qui doit exister.
champ_obligatoire() {
    local valeur
    valeur=$(champ "$1" "$2") || true
    [[ -n $valeur ]] || echec "pas de « $1 » dans la réponse : $(head -c 400 "$2")"
    printf '%s' "$valeur"
}

# Un mot de passe va aux outils par un fichier privé, jamais par la ligne de commande.
secret() {
    printf '%s' "$2" >"$scene/$1"
}

# se_connecter COMPTE FICHIER : vrai si l'annuaire accepte. Un compte qui doit changer son mot de passe est
# accepté lui aussi ; ldapwhoami finit alors par 50, car la question qui suit lui est refusée.
se_connecter() {
    local reponse statut=0
    reponse=$(ldapwhoami -x -H "$url" -D "$1" -y "$2" 2>&1) || statut=$?
    [[ $statut -eq 0 ]] || { [[ $statut -eq 50 ]] && [[ $reponse != *ldap_bind* ]]; }
}

# chercher COMPTE FICHIER : lit son propre compte ; rend le code de l'annuaire.
chercher() {
    ldapsearch -x -LLL -H "$url" -D "$1" -y "$2" -b "$1" -s base '(objectClass=*)' 1.1 >/dev/null 2>&1
}

# compte_de IDENTIFIANT : le nom complet du compte dans l'annuaire, lu par ldapsearch.
compte_de() {
    ldapsearch -x -LLL -o ldif-wrap=no -H "$url" -D "$admin" -y "$admin_secret" -b "$base" \
        "(|(ENTPersonLogin=$1)(ENTPersonAlias=$1))" 1.1 | sed -n 's/^dn: //p'
}

# est_desactive COMPTE : vrai si quelqu’un l’a fermé (non pas le serveur, après des erreurs de saisie).
est_desactive() {
    ldapsearch -x -LLL -H "$url" -D "$admin" -y "$admin_secret" -b "$1" -s base \
        '(pwdAccountLockedTime=000001010000Z)' 1.1 | grep -q '^dn:'
}

# eleves_de CLASSE : combien d’élèves l’annuaire compte dans cette classe du collège.
eleves_de() {
    ldapsearch -x -LLL -H "$url" -D "$admin" -y "$admin_secret" -b "$base" \
        "(&(objectClass=ENTEleve)(ENTEleveClasses=*\$$1))" 1.1 | grep -c '^dn:'
}

# tourne NUMÉRO : vrai si ce processus vit ; un mort que personne n’a encore relevé ne compte pas.
tourne() {
    grep -q '^State:' "/proc/$1/status" 2>/dev/null && ! grep -q '^State:[[:space:]]*Z' "/proc/$1/status" 2>/dev/null
}

# Le dossier où entctl note ce qu’il fait dans l’annuaire d’essai.
historique() {
    printf '%s' "$scene/state/entctl/sandboxes/$NOM/history/runs"
}

# --- 1. un annuaire pour de vrai, à jeter ------------------------------------------------------------------

[[ -x $programme ]] || echec "entctl n’est pas construit : lancez « make demo »"

titre 'Un annuaire d’essai : un collège, un lycée, des élèves, des parents, des professeurs'
debout=oui
jouer sandbox up --name "$NOM" || echec 'l’annuaire d’essai n’a pas démarré'
entctl sandbox status --name "$NOM" --format json >"$scene/status.json"
url=$(champ_obligatoire url "$scene/status.json")
base=$(champ_obligatoire base_dn "$scene/status.json")
admin=$(champ_obligatoire bind_dn "$scene/status.json")
# ldap-utils prend tout le fichier pour le mot de passe, fin de ligne comprise.
secret admin "$(cat "$(champ_obligatoire bind_password_file "$scene/status.json")")"
admin_secret=$scene/admin
serveur=$(sed -n 's/.*"pid" *: *\([0-9]*\).*/\1/p' "$scene/status.json")
tourne "${serveur:-absent}" || echec 'le serveur ne tourne pas'
se_connecter "$admin" "$admin_secret" || echec 'l’annuaire ne répond pas'
constat 'un vrai serveur (slapd) répond, sur cette machine seulement'

# --- 2. une élève a oublié son mot de passe ----------------------------------------------------------------

titre 'Léa Dupont, en 6A, a oublié son mot de passe. Elle attend devant le bureau.'
statut=0
jouer --profile "$NOM" password reset 'lea dupont' --print --yes || statut=$?
[[ $statut -eq 5 ]] || echec "deux élèves portent ce nom : rien ne devait se faire (5) ; statut reçu : $statut"
[[ $(grep -c 'Léa Dupont' "$scene/dit") -eq 2 ]] || echec 'les deux homonymes devaient être proposées'
[[ ! -e $(historique) ]] || echec 'rien ne devait être écrit'
constat 'trouvée sans les accents ; deux élèves portent ce nom : entctl ne devine jamais (statut 5)'

jouer --profile "$NOM" password reset 'lea dupont 6A' --print --yes \
    || echec 'la réinitialisation n’est pas faite'
# La ligne du tableau : nom, classe, identifiant, mot de passe.
ligne=$(grep 'Léa Dupont *| *6A *|' "$scene/dit") || echec 'le nouveau mot de passe n’est pas affiché'
login=$(printf '%s' "$ligne" | cut -d'|' -f3 | tr -d ' ')
secret provisoire "$(printf '%s' "$ligne" | cut -d'|' -f4 | tr -d ' ')"
lea=$(compte_de "$login")
[[ -n $lea ]] || echec "le compte $login n’existe pas"

se_connecter "$lea" "$scene/provisoire" || echec 'le nouveau mot de passe est refusé'
constat 'le nouveau mot de passe ouvre son compte (ldapwhoami)'
statut=0
chercher "$lea" "$scene/provisoire" || statut=$?
[[ $statut -eq 50 ]] || echec "tant qu’il n’est pas changé, tout devrait lui être refusé (50) ; code reçu : $statut"
constat 'mais rien d’autre ne lui est permis avant de l’avoir changé (ldapsearch : 50)'

titre 'Léa choisit le sien'
secret choisi 'mon-chat-dort-7-fois'
printf '%s\n' "$(cat "$scene/provisoire")" "$(cat "$scene/choisi")" >"$scene/deux-lignes"
entree=$scene/deux-lignes
jouer --profile "$NOM" password change "$login" --stdin || echec 'Léa n’a pas pu choisir son mot de passe'
entree=/dev/null
rm "$scene/deux-lignes"
chercher "$lea" "$scene/choisi" || echec 'le mot de passe choisi par Léa n’ouvre pas son compte'
! se_connecter "$lea" "$scene/provisoire" || echec 'le mot de passe provisoire ouvre encore le compte'
constat 'le sien ouvre tout, le provisoire n’ouvre plus rien (ldapsearch, ldapwhoami)'

# --- 3. une classe entière ---------------------------------------------------------------------------------

titre 'La rentrée : des étiquettes à découper pour toute la 6A'
jouer --profile "$NOM" password reset --class 6A --slips etiquettes-6A.csv --yes \
    || echec 'la classe n’a pas été réinitialisée'
etiquettes=$scene/bureau/etiquettes-6A.csv
[[ -f $etiquettes ]] || echec 'le fichier des étiquettes manque'
[[ $(stat -c %a "$etiquettes") == 600 ]] \
    || echec "le fichier des étiquettes n’est pas privé : $(stat -c %a "$etiquettes")"
constat 'seul son propriétaire peut lire le fichier des étiquettes (0600)'

# Les colonnes par leur nom ; le fichier commence par une marque d'ordre des octets pour les tableurs.
sed '1s/^\xef\xbb\xbf//; s/\r$//' "$etiquettes" >"$scene/lignes"
colonne() {
    head -n 1 "$scene/lignes" | tr ';' '\n' | tr -d '"' | grep -nx "$1" | cut -d: -f1
}
c_login=$(colonne login) || echec 'pas de colonne « login » dans les étiquettes'
c_passe=$(colonne password) || echec 'pas de colonne « password » dans les étiquettes'

eleves=0 ouverts=0 desactives=0
while IFS= read -r ligne; do
    login=$(printf '%s' "$ligne" | cut -d';' -f"$c_login" | tr -d '"')
    secret etiquette "$(printf '%s' "$ligne" | cut -d';' -f"$c_passe" | tr -d '"')"
    compte=$(compte_de "$login")
    [[ -n $compte ]] || echec "le compte $login n’existe pas"
    eleves=$((eleves + 1))
    if est_desactive "$compte"; then
        # Un compte désactivé le reste : ni l’étiquette ni rien d’autre ne l’ouvre, et entctl l’a dit.
        ! se_connecter "$compte" "$scene/etiquette" || echec "le compte désactivé $login s’est rouvert"
        grep -q 'reste désactivé' "$scene/dit" || echec "rien n’a été dit du compte désactivé $login"
        desactives=$((desactives + 1))
    else
        se_connecter "$compte" "$scene/etiquette" || echec "l’étiquette de $login ne donne pas le bon mot de passe"
        ouverts=$((ouverts + 1))
    fi
done < <(tail -n +2 "$scene/lignes")
rm -f "$scene/etiquette"
inscrits=$(eleves_de 6A)
[[ $eleves -gt 1 && $eleves -eq $inscrits ]] || echec "$eleves étiquettes pour $inscrits élèves"
constat "les $eleves élèves de la classe ont leur étiquette, et $ouverts mots de passe ouvrent $ouverts comptes"
if [[ $desactives -gt 0 ]]; then
    constat "un compte désactivé le reste (ici $desactives), et entctl le dit"
fi

# --- 4. prévoir, relire, faire, reprendre ------------------------------------------------------------------

titre 'Fermer une classe : d’abord un plan, puis l’acte ; et si c’était une erreur, l’annuler'
# fermes_de CLASSE : combien de ses comptes sont désactivés.
fermes_de() {
    ldapsearch -x -LLL -H "$url" -D "$admin" -y "$admin_secret" -b "$base" \
        "(&(objectClass=ENTEleve)(ENTEleveClasses=*\$$1)(pwdAccountLockedTime=000001010000Z))" 1.1 \
        | grep -c '^dn:' || true
}
avant=$(fermes_de 6A)
jouer --profile "$NOM" account lock --class 6A --plan fermeture.plan || echec 'le plan n’a pas été fait'
[[ $(fermes_de 6A) -eq $avant ]] || echec 'un plan ne doit rien modifier'
jouer plan show fermeture.plan || echec 'le plan ne se lit pas'
jouer --profile "$NOM" plan apply fermeture.plan || echec 'le plan n’a pas été exécuté'
[[ $(fermes_de 6A) -eq $inscrits ]] || echec 'toute la classe devait être fermée'
operation=$(sed -n 's/.*(opération \([0-9a-z-]*\)).*/\1/p' "$scene/dit" | head -n 1)
[[ -n $operation ]] || echec 'entctl n’a pas dit le nom de l’opération'
constat "le plan exécuté, les $inscrits comptes de la classe sont fermés"
jouer --profile "$NOM" history undo "$operation" --yes || echec 'l’opération n’a pas été annulée'
[[ $(fermes_de 6A) -eq $avant ]] || echec 'tout devait redevenir comme avant'
constat "annulée, elle laisse la classe comme elle était (comptes fermés : $avant)"

# --- 5. ce qui a été fait ----------------------------------------------------------------------------------

titre 'Qui a fait quoi'
jouer --profile "$NOM" history list || echec 'l’historique ne se lit pas'
[[ $(grep -c 'password reset' "$scene/dit") -eq 2 ]] || echec 'les deux réinitialisations devaient y être'
grep -q 'password change' "$scene/dit" || echec 'le changement de Léa devait y être'
tail -n +2 "$scene/lignes" | cut -d';' -f"$c_passe" | tr -d '"' >"$scene/secrets"
printf '%s\n' "$(cat "$scene/provisoire")" "$(cat "$scene/choisi")" >>"$scene/secrets"
if grep -rqF -f "$scene/secrets" "$(historique)"; then
    echec 'un mot de passe a été gardé dans l’historique'
fi
constat 'tout est noté, sauf les mots de passe'

# --- 6. on range -------------------------------------------------------------------------------------------

titre 'On range'
jouer sandbox down --name "$NOM" || echec 'l’annuaire d’essai ne s’est pas arrêté'
! se_connecter "$admin" "$admin_secret" || echec 'l’annuaire d’essai répond encore'
! tourne "$serveur" || echec 'son serveur tourne encore'
debout=
# Ni annuaire, ni mots de passe, ni historique : tout au plus un verrou vide.
reste=$(cd "$scene/state" && find . -type f -size +0)
[[ -z $reste ]] || echec "il reste : $reste"
constat 'l’annuaire d’essai n’existe plus, rien ne reste sur cette machine'

printf '\nTout ce qui a été montré a été vérifié.\n'
