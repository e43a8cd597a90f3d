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
mkdir "$scene/config" "$scene/data" "$scene/state" "$scene/cache" "$scene/run"
# Rien ne reste chez la personne qui regarde : ni configuration, ni historique.
export XDG_CONFIG_HOME=$scene/config XDG_DATA_HOME=$scene/data XDG_STATE_HOME=$scene/state
export XDG_CACHE_HOME=$scene/cache XDG_RUNTIME_DIR=$scene/run
export LC_ALL=C.UTF-8
export PATH=$PATH:/usr/sbin:/sbin
# Les outils de Debian ne doivent rien lire des réglages de cette machine.
export LDAPNOINIT=1

entctl() {
    "$programme" --lang fr "$@" </dev/null
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

montrer() {
    printf '\n$ entctl %s\n' "$1"
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
        "(ENTPersonLogin=$1)" 1.1 | sed -n 's/^dn: //p'
}

# --- 1. un annuaire pour de vrai, à jeter ------------------------------------------------------------------

[[ -x $programme ]] || echec "entctl n’est pas construit : lancez « make demo »"

titre 'Un annuaire d’essai : un collège, un lycée, des élèves, des parents, des professeurs'
montrer "sandbox up --name $NOM"
debout=oui
entctl sandbox up --name "$NOM"
entctl sandbox status --name "$NOM" --format json >"$scene/status.json"
url=$(champ_obligatoire url "$scene/status.json")
base=$(champ_obligatoire base_dn "$scene/status.json")
admin=$(champ_obligatoire bind_dn "$scene/status.json")
# ldap-utils prend tout le fichier pour le mot de passe, fin de ligne comprise.
secret admin "$(cat "$(champ_obligatoire bind_password_file "$scene/status.json")")"
admin_secret=$scene/admin
se_connecter "$admin" "$admin_secret" || echec 'l’annuaire ne répond pas'
constat 'un vrai slapd répond, sur cette machine seulement'

# --- 2. une élève a oublié son mot de passe ----------------------------------------------------------------

titre 'Léa Dupont, en 6A, a oublié son mot de passe. Elle attend devant le bureau.'
montrer 'account find "lea dupont"'
entctl --profile "$NOM" account find 'lea dupont' | tee "$scene/trouve"
grep -q 'Léa' "$scene/trouve" || echec 'Léa n’a pas été trouvée sans ses accents'
constat 'trouvée sans les accents, à côté de ses homonymes'

montrer 'password reset "lea dupont 6A" --print --yes --format json'
entctl --profile "$NOM" password reset 'lea dupont 6A' --print --yes --format json >"$scene/lea.json"
lea=$(champ_obligatoire dn "$scene/lea.json")
login=$(champ_obligatoire login "$scene/lea.json")
resultat=$(champ_obligatoire outcome "$scene/lea.json")
[[ $resultat == "done" ]] || echec "la réinitialisation n’est pas faite : $resultat"
provisoire=$(champ_obligatoire password "$scene/lea.json")
secret provisoire "$provisoire"
printf '   identifiant : %s\n   mot de passe à lui dire : %s\n' "$login" "$provisoire"

se_connecter "$lea" "$scene/provisoire" || echec 'le nouveau mot de passe est refusé'
constat 'le nouveau mot de passe ouvre son compte (ldapwhoami)'
statut=0
chercher "$lea" "$scene/provisoire" || statut=$?
[[ $statut -eq 50 ]] || echec "tant qu’il n’est pas changé, tout devrait lui être refusé (50) ; code reçu : $statut"
constat 'mais rien d’autre ne lui est permis avant de l’avoir changé (ldapsearch : 50)'

secret choisi 'mon-chat-dort-7-fois'
ldappasswd -x -H "$url" -D "$lea" -y "$scene/provisoire" -t "$scene/provisoire" -T "$scene/choisi" "$lea" \
    || echec 'Léa n’a pas pu choisir son mot de passe'
chercher "$lea" "$scene/choisi" || echec 'le mot de passe choisi par Léa n’ouvre pas son compte'
! se_connecter "$lea" "$scene/provisoire" || echec 'le mot de passe provisoire ouvre encore le compte'
constat 'elle choisit le sien (ldappasswd) : le provisoire ne sert plus, le sien ouvre tout'

# --- 3. une classe entière ---------------------------------------------------------------------------------

titre 'La rentrée : des fiches à découper pour toute la 6A'
fiches=$scene/fiches-6A.csv
montrer 'password reset --class 6A --slips fiches-6A.csv --yes'
entctl --profile "$NOM" password reset --class 6A --slips "$fiches" --yes
[[ -f $fiches ]] || echec 'le fichier des fiches manque'
[[ $(stat -c %a "$fiches") == 600 ]] || echec "le fichier des fiches n’est pas privé : $(stat -c %a "$fiches")"
constat 'le fichier des fiches n’est lisible que par son propriétaire (0600)'

# Les colonnes par leur nom ; le fichier commence par une marque d'ordre des octets pour les tableurs.
sed '1s/^\xef\xbb\xbf//; s/\r$//' "$fiches" >"$scene/fiches"
colonne() {
    head -n 1 "$scene/fiches" | tr ';' '\n' | tr -d '"' | grep -nx "$1" | cut -d: -f1
}
c_login=$(colonne login) || echec 'pas de colonne « login » dans les fiches'
c_passe=$(colonne password) || echec 'pas de colonne « password » dans les fiches'

eleves=0
while IFS= read -r ligne; do
    login=$(printf '%s' "$ligne" | cut -d';' -f"$c_login" | tr -d '"')
    secret fiche "$(printf '%s' "$ligne" | cut -d';' -f"$c_passe" | tr -d '"')"
    compte=$(compte_de "$login")
    [[ -n $compte ]] || echec "le compte $login n’existe pas"
    se_connecter "$compte" "$scene/fiche" || echec "la fiche de $login ne donne pas le bon mot de passe"
    eleves=$((eleves + 1))
done < <(tail -n +2 "$scene/fiches")
rm -f "$scene/fiche"
[[ $eleves -gt 1 ]] || echec "une classe devrait compter plus de $eleves élève"
constat "les $eleves mots de passe des fiches ouvrent bien les $eleves comptes"

# --- 4. ce qui a été fait ----------------------------------------------------------------------------------

titre 'Qui a fait quoi'
montrer 'history list'
entctl --profile "$NOM" history list | tee "$scene/historique"
[[ -s $scene/historique ]] || echec 'l’historique est vide'
if grep -rqF -f "$scene/provisoire" "$scene/state" "$scene/data"; then
    echec 'un mot de passe a été gardé dans l’historique'
fi
constat 'tout est noté, sauf les mots de passe'

# --- 5. on range -------------------------------------------------------------------------------------------

titre 'On range'
montrer "sandbox down --name $NOM"
entctl sandbox down --name "$NOM"
debout=
! se_connecter "$admin" "$admin_secret" || echec 'l’annuaire d’essai répond encore'
constat 'l’annuaire d’essai n’existe plus, rien ne reste sur cette machine'

printf '\nTout ce qui a été montré a été vérifié.\n'
