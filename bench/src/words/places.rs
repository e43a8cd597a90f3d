//! Streets, towns and mail providers.

/// Kinds of streets, with the abbreviations in use.
pub const KINDS: &[(&str, &[&str], u32)] = &[
    ("rue", &["r.", "r"], 50),
    ("avenue", &["av.", "av", "ave"], 16),
    ("chemin", &["ch.", "che", "chem."], 10),
    ("boulevard", &["bd", "bld", "boul."], 7),
    ("impasse", &["imp.", "imp"], 7),
    ("place", &["pl.", "pl"], 4),
    ("allée", &["all.", "all"], 5),
    ("route", &["rte", "rte."], 6),
    ("lotissement", &["lot.", "lot"], 3),
];

/// What streets are called, common ones first.
#[rustfmt::skip]
pub const STREETS: &[&str] = &[
    "de l'Église", "du Moulin", "des Lilas", "Jean-Jaurès", "de la République", "Victor-Hugo", "des Écoles",
    "du Stade", "de la Gare", "Pasteur", "des Acacias", "du Château", "Gambetta", "de la Fontaine",
    "des Pyrénées", "des Vignes", "du Général-de-Gaulle", "Émile-Zola", "des Tilleuls", "des Rosiers",
    "Jules-Ferry", "de Toulouse", "du Lavoir", "Saint-Exupéry", "du 8-Mai-1945", "du 11-Novembre",
    "des Mimosas", "de la Paix", "Pierre-et-Marie-Curie", "du Pré", "des Chênes", "Molière",
    "de la Liberté", "des Coquelicots", "du Château d'Eau", "Salvador-Allende", "Georges-Brassens",
    "de la Croix", "des Cèdres", "du Bois", "Jean-Moulin", "de Gascogne", "du Canal", "des Hirondelles",
    "de la Garonne", "Saint-Jean", "Saint-Martin", "Sainte-Anne", "des Frères-Lumière", "Alphonse-Daudet",
    "des Genêts", "du Barry", "de la Bastide", "des Bleuets", "Lamartine", "du Coteau", "de l'Autan",
    "Louise-Michel", "des Capitouls", "du Pastel", "de Catalogne", "des Oliviers", "Olympe-de-Gouges",
    "du Ruisseau", "de la Métairie", "Camille-Claudel", "du Séminaire",
];

/// Lines that stand before the street.
pub const COMPLEMENTS: &[(&str, &str)] = &[
    ("Résidence les Jardins", "Rés. les Jardins"),
    ("Bâtiment", "Bât."),
    ("Appartement", "Appt"),
    ("Résidence du Parc", "Rés. du Parc"),
    ("Lieu-dit En Barrau", "Ld En Barrau"),
    ("Escalier", "Esc."),
];

/// Towns with their postcode, larger ones first.
pub const TOWNS: &[(&str, &str)] = &[
    ("Toulouse", "31000"),
    ("Toulouse", "31200"),
    ("Toulouse", "31400"),
    ("Toulouse", "31500"),
    ("Toulouse", "31300"),
    ("Montauban", "82000"),
    ("Albi", "81000"),
    ("Tarbes", "65000"),
    ("Castres", "81100"),
    ("Colomiers", "31770"),
    ("Tournefeuille", "31170"),
    ("Rodez", "12000"),
    ("Muret", "31600"),
    ("Auch", "32000"),
    ("Blagnac", "31700"),
    ("Cahors", "46000"),
    ("Millau", "12100"),
    ("Pamiers", "09100"),
    ("Cugnaux", "31270"),
    ("Gaillac", "81600"),
    ("Foix", "09000"),
    ("Lourdes", "65100"),
    ("Figeac", "46100"),
    ("Mazamet", "81200"),
    ("Saint-Gaudens", "31800"),
    ("Graulhet", "81300"),
    ("Lavaur", "81500"),
    ("Moissac", "82200"),
    ("Castelsarrasin", "82100"),
    ("L'Isle-Jourdain", "32600"),
    ("Balma", "31130"),
    ("Ramonville-Saint-Agne", "31520"),
    ("L'Union", "31240"),
    ("Saint-Orens-de-Gameville", "31650"),
    ("Plaisance-du-Touch", "31830"),
    ("Revel", "31250"),
    ("Carmaux", "81400"),
    ("Villefranche-de-Rouergue", "12200"),
    ("Onet-le-Château", "12850"),
    ("Saint-Affrique", "12400"),
    ("Decazeville", "12300"),
    ("Condom", "32100"),
    ("Fleurance", "32500"),
    ("Mirande", "32300"),
    ("Gourdon", "46300"),
    ("Souillac", "46200"),
    ("Saint-Girons", "09200"),
    ("Lavelanet", "09300"),
    ("Bagnères-de-Bigorre", "65200"),
    ("Lannemezan", "65300"),
    ("Saint-Sulpice-la-Pointe", "81370"),
    ("Castanet-Tolosan", "31320"),
    ("Fonsorbes", "31470"),
    ("Seysses", "31600"),
    ("Saint-Jean", "31240"),
    ("Grenade", "31330"),
    ("Fronton", "31620"),
    ("Carbonne", "31390"),
    ("Cazères", "31220"),
    ("Auterive", "31190"),
    ("Nailloux", "31560"),
    ("Caussade", "82300"),
    ("Beaumont-de-Lomagne", "82500"),
    ("Valence", "82400"),
    ("Saint-Céré", "46400"),
    ("Gramat", "46500"),
    ("Espalion", "12500"),
    ("Capdenac-Gare", "12700"),
    ("Vic-Fezensac", "32190"),
];

/// Mail providers, with how many use them.
pub const PROVIDERS: &[(&str, u32)] = &[
    ("gmail.com", 38),
    ("orange.fr", 17),
    ("hotmail.fr", 10),
    ("free.fr", 8),
    ("wanadoo.fr", 6),
    ("yahoo.fr", 6),
    ("sfr.fr", 6),
    ("laposte.net", 5),
    ("outlook.fr", 4),
    ("hotmail.com", 4),
    ("live.fr", 3),
    ("bbox.fr", 2),
    ("icloud.com", 3),
    ("neuf.fr", 1),
    ("yahoo.com", 1),
    ("protonmail.com", 1),
];

/// What is typed where a mail address is demanded and there is none.
pub const NO_MAIL: &[&str] = &[
    "sans@mail.fr",
    "pasdemail@mail.fr",
    "aucun@aucun.fr",
    "x@x.fr",
    "nepasdiffuser@ecole.fr",
    "inconnu@inconnu.fr",
];

/// What is typed where a mobile number is demanded and there is none.
pub const NO_MOBILE: &[&str] = &[
    "0600000000",
    "06 00 00 00 00",
    "0000000000",
    "0611111111",
    "0606060606",
    "0612345678",
];

/// What is typed where a date of birth is demanded and not known.
pub const NO_DATE: &[&str] = &["01/01/1900", "01/01/1970", "01/01/1980"];
