//! Surnames. The common ones stand in order of frequency; most people bear a rare one, which is put together
//! from two parts as place names are, so that one-letter neighbours (Roquefort, Rochefort) happen by themselves.

use super::Origin;
use crate::chance::Chance;

#[rustfmt::skip]
const FRENCH: &[&str] = &[
    "Martin", "Bernard", "Thomas", "Petit", "Robert", "Richard", "Durand", "Dubois", "Moreau", "Laurent",
    "Simon", "Michel", "Lefebvre", "Leroy", "Roux", "David", "Bertrand", "Morel", "Fournier", "Girard",
    "Bonnet", "Dupont", "Lambert", "Fontaine", "Rousseau", "Vincent", "Muller", "Lefèvre", "Faure", "André",
    "Mercier", "Blanc", "Guérin", "Boyer", "Garnier", "Chevalier", "François", "Legrand", "Gauthier",
    "Garcia", "Perrin", "Robin", "Clément", "Morin", "Nicolas", "Henry", "Roussel", "Mathieu", "Gautier",
    "Masson", "Marchand", "Duval", "Denis", "Dumont", "Marie", "Lemaire", "Noël", "Meyer", "Dufour",
    "Meunier", "Brun", "Blanchard", "Giraud", "Joly", "Rivière", "Lucas", "Brunet", "Gaillard", "Barbier",
    "Arnaud", "Martinez", "Gérard", "Roche", "Renard", "Schmitt", "Roy", "Leroux", "Colin", "Vidal",
    "Caron", "Picard", "Roger", "Fabre", "Aubert", "Lemoine", "Renaud", "Dumas", "Lacroix", "Olivier",
    "Philippe", "Bourgeois", "Pierre", "Benoît", "Rey", "Leclerc", "Payet", "Rolland", "Leclercq",
    "Guillaume", "Lecomte", "Jean", "Dupuy", "Guillot", "Hubert", "Berger", "Carpentier", "Sanchez",
    "Dupuis", "Moulin", "Louis", "Deschamps", "Huet", "Vasseur", "Perez", "Boucher", "Fleury", "Royer",
    "Klein", "Jacquet", "Adam", "Paris", "Poirier", "Marty", "Aubry", "Guyot", "Carré", "Charles",
    "Renault", "Charpentier", "Ménard", "Maillard", "Baron", "Bertin", "Bailly", "Hervé", "Schneider",
    "Fernandez", "Collet", "Léger", "Bouvier", "Julien", "Prévost", "Millet", "Perrot", "Daniel", "Cousin",
    "Germain", "Breton", "Besson", "Langlois", "Rémy", "Pelletier", "Lévêque", "Perrier", "Leblanc",
    "Barré", "Lebrun", "Marchal", "Weber", "Mallet", "Hamon", "Boulanger", "Jacob", "Monnier", "Michaud",
    "Rodriguez", "Guichard", "Gillet", "Étienne", "Grondin", "Poulain", "Tessier", "Chevallier", "Collin",
    "Chauvin", "Bouchet", "Gay", "Lemaître", "Bénard", "Maréchal", "Humbert", "Reynaud", "Antoine",
    "Hoarau", "Perret", "Barthélemy", "Cordier", "Pichon", "Lejeune", "Gilbert", "Lamy", "Delaunay",
    "Pasquier", "Carlier", "Laporte", "Bousquet", "Cazes", "Soulié", "Puech", "Delmas", "Lafon", "Castel",
    "Bories", "Cros", "Combes", "Cabrol", "Barthès", "Gleizes", "Miquel", "Pujol",
];

/// Beginnings of rare surnames.
const FIRST: &[&str] = &[
    "Bel", "Mont", "Roche", "Roque", "Ville", "Font", "Font", "Camp", "Prat", "Serre", "Lac",
    "Val", "Beau", "Haute", "Clair", "Grand", "Mal", "Bon", "Caste", "Chastel", "Cha", "Bois",
    "Bosc", "Pey", "Puy", "Pech", "Cou", "Sali", "Sauve", "Mira", "Gai", "Lau", "Cam", "Fra",
    "Bar", "Bour", "Dar", "Del", "Du", "Fou", "Gar", "Gui", "La", "Ma", "Mou", "Nau", "Pa", "Per",
    "Pra", "Ra", "Ri", "Sa", "Se", "Ta", "Tou", "Ver", "Vi", "Bé", "Cé", "Dé", "Gé", "Lé", "Mé",
    "Né", "Pé", "Thé", "Cres", "Bru", "Clé", "Flo", "Tré", "Ju",
];

/// Ends of rare surnames.
const LAST: &[&str] = &[
    "mont", "font", "fort", "bert", "lier", "guet", "rac", "lhac", "gnac", "zac", "ssac", "dier",
    "rieu", "rel", "zel", "court", "champ", "val", "vert", "rand", "nard", "bac", "nas", "zal",
    "let", "quet", "teau", "reau", "cade", "lade", "nelle", "rède", "bière", "dière", "thier",
    "sson", "neau", "chaud", "lou", "quié", "gier", "tès", "gès", "rès", "mès", "ral", "dal",
    "gal", "ne", "re", "lon", "zon", "ron", "roux", "voix", "nier", "rin", "lin", "gneau", "lleau",
    "ret", "met", "bel", "tel", "jac", "lac", "ville", "bosc", "ganel", "hery", "vary", "mary",
    "dou", "rou", "tal", "vignes", "rive", "pierre",
];

#[rustfmt::skip]
const BRETON: &[&str] = &[
    "Le Gall", "Le Goff", "Le Roux", "Le Bihan", "Le Floch", "Guéguen", "Kerjean", "Le Corre", "Tanguy",
    "Riou", "Quéré", "Kervella", "Le Dantec", "Cariou", "Jaouen", "Salaün", "Le Berre", "Kermarrec",
    "Abgrall", "Troadec", "Le Guen", "Postic", "Kerbrat", "Le Meur", "Péron", "Quéméner", "Guivarc'h",
    "Nédélec", "Le Moigne", "Cadiou", "Kerhoas", "Le Scouarnec", "Floc'h", "Le Bras", "Penven", "Rivoal",
    "Stéphan", "Morvan", "L'Helgouac'h", "Bozec",
];

#[rustfmt::skip]
const ARABIC: &[&str] = &[
    "Benali", "Saïdi", "Ben Ahmed", "El Amrani", "Haddad", "Belkacem", "Bouzid", "Cherif", "El Idrissi",
    "Mansouri", "Brahimi", "Hamidi", "Benmoussa", "Ait Ali", "Slimani", "Bouazza", "Khelifi", "El Khattabi",
    "Zerrouki", "Touati", "Meziane", "Belhadj", "Ouali", "Ben Salah", "Lahlou", "Bensaïd", "Boukhari",
    "Taleb", "Ziani", "El Mansouri", "Rahmani", "Hadjadj", "Benkirane", "Aït Saïd", "Mokrani", "Gharbi",
    "Trabelsi", "Jaziri", "Ben Youssef", "Larbi", "Messaoudi", "El Fassi", "Kaddour", "Bencherif",
    "Djebbar", "Hamdi", "Chaouch", "Yahiaoui", "Nasri", "Sebti",
];

#[rustfmt::skip]
const PORTUGUESE: &[&str] = &[
    "Da Silva", "Ferreira", "Pereira", "Dos Santos", "Rodrigues", "Fernandes", "De Oliveira", "Gomes",
    "Gonçalves", "Alves", "Da Costa", "Martins", "Lopes", "Ribeiro", "De Sousa", "Marques", "Teixeira",
    "Pinto", "Carvalho", "Mendes", "Da Cunha", "Simões", "Correia", "Nunes", "Dias", "Moreira", "Magalhães",
    "Coelho", "Araújo", "Barros",
];

#[rustfmt::skip]
const SPANISH: &[&str] = &[
    "Garcia", "Martinez", "Lopez", "Sanchez", "Gonzalez", "Fernandez", "Perez", "Ruiz", "Gomez", "Diaz",
    "Hernandez", "Muñoz", "Navarro", "Torres", "Romero", "Molina", "Ortega", "Ibañez", "Castillo",
    "Gimenez", "Soler", "Vidal Pons", "Marin", "De la Torre", "Ortiz", "Cano", "Serrano", "Blasco", "Roca",
    "Pardo",
];

const VIETNAMESE: &[&str] = &[
    "Nguyen", "Tran", "Le", "Pham", "Hoang", "Huynh", "Vo", "Dang", "Bui", "Do", "Ngo", "Duong",
    "Ly",
];

#[rustfmt::skip]
const AFRICAN: &[&str] = &[
    "Diallo", "Traoré", "Diarra", "Coulibaly", "Diop", "Ndiaye", "Keïta", "Camara", "Touré", "Konaté",
    "Sow", "Bah", "Barry", "Fofana", "Koné", "Sissoko", "Kouassi", "Mbaye", "Cissé", "N'Diaye", "Ouattara",
    "Sylla",
];

const PARTICLES: &[(&str, u32)] = &[
    ("de ", 40),
    ("du ", 20),
    ("d'", 12),
    ("de la ", 8),
    ("des ", 8),
    ("Le ", 12),
    ("La ", 6),
    ("de Saint-", 4),
];

/// A surname of this origin.
pub fn surname(chance: &mut Chance, origin: Origin) -> String {
    match origin {
        // Of the French, hardly a third bear one of the two hundred commonest names.
        Origin::French if chance.happens(0.3) => (*chance.ranked(FRENCH, 25.0)).to_owned(),
        Origin::French => rare(chance),
        Origin::Breton => (*chance.ranked(BRETON, 8.0)).to_owned(),
        Origin::Arabic => match chance.number(0, 2) {
            0 => (*chance.ranked(ARABIC, 12.0)).to_owned(),
            1 => format!(
                "{}{}",
                chance.one(&["Ben ", "El ", "Ait ", "Bou", "Bel", "Ben"]),
                arabic(chance)
            ),
            _ => arabic(chance),
        },
        Origin::Portuguese => doubled(chance, PORTUGUESE, 10.0),
        Origin::Spanish => doubled(chance, SPANISH, 10.0),
        Origin::Vietnamese => (*chance.ranked(VIETNAMESE, 1.0)).to_owned(),
        Origin::African => (*chance.ranked(AFRICAN, 8.0)).to_owned(),
        Origin::Particle => {
            let particle = *chance.weighted(PARTICLES);
            if particle == "d'" {
                let vowel = *chance.one(&["A", "E", "O", "Au", "Es"]);
                format!("d'{vowel}{}", chance.one(LAST))
            } else {
                format!("{particle}{}", rare(chance))
            }
        }
    }
}

/// A name that few families share.
fn rare(chance: &mut Chance) -> String {
    let middle = if chance.happens(0.35) {
        *chance.one(&["a", "e", "i", "o", "ou", "au", "ar", "in"])
    } else {
        ""
    };
    format!("{}{middle}{}", chance.one(FIRST), chance.one(LAST))
}

/// A rarer name of the Maghreb.
fn arabic(chance: &mut Chance) -> String {
    const FIRST: &[&str] = &[
        "Had", "Kha", "Ham", "Ra", "Sel", "Bra", "Man", "Mou", "Za", "Che", "Ta", "Gha", "Dje",
        "Lah", "Ma", "Ou", "Se", "Am", "Az", "Far", "Kas", "Nou", "Yah", "Bel",
    ];
    const LAST: &[&str] = &[
        "doud", "lil", "mani", "chid", "louf", "hine", "souri", "karim", "yani", "rouk", "lebi",
        "rbi", "bbari", "mari", "laoui", "zouz", "haoui", "kadi", "zzi", "riri", "ssi", "bali",
        "tari", "naoui", "fi",
    ];
    format!("{}{}", chance.one(FIRST), chance.one(LAST))
}

/// The father's and the mother's together, as Iberian families may bear them.
fn doubled(chance: &mut Chance, list: &[&str], flat: f64) -> String {
    let one = *chance.ranked(list, flat);
    if chance.happens(0.35) {
        let two = *chance.ranked(list, flat);
        if two != one {
            return format!("{one} {two}");
        }
    }
    one.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::ORIGINS;
    use std::collections::HashMap;

    #[test]
    fn a_common_name_is_borne_by_a_third_of_a_percent_and_most_names_are_rare() {
        let mut chance = Chance::new(3);
        let mut seen: HashMap<String, u32> = HashMap::new();
        for _ in 0..20_000 {
            let origin = *chance.weighted(&ORIGINS);
            *seen.entry(surname(&mut chance, origin)).or_default() += 1;
        }
        let most = seen.values().max().copied().unwrap_or_default();
        assert!((60..300).contains(&most), "{most}");
        assert!(seen.len() > 4_000, "{}", seen.len());
    }
}
