//! Given names, by origin, sex and generation. Within a list the first ones are the common ones.

use super::Origin;
use crate::chance::Chance;
use crate::people::Sex;

/// When somebody was born, as far as names go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Generation {
    /// Before 1962.
    Grandparent,
    /// 1962 to 1995.
    Parent,
    /// Since 2004.
    Child,
}

#[rustfmt::skip]
const OLD_MEN: &[&str] = &[
    "Jean", "Michel", "Pierre", "André", "Jacques", "Bernard", "Claude", "Roger", "René", "Alain", "Gérard",
    "Marcel", "Robert", "Henri", "Georges", "Daniel", "Christian", "Guy", "Serge", "Yves", "Raymond",
    "Maurice", "Jean-Claude", "Jean-Pierre", "Gilbert", "Francis", "Lucien", "Joseph", "Paul", "Louis",
    "Fernand", "Jean-Louis", "Jean-Paul",
];
#[rustfmt::skip]
const OLD_WOMEN: &[&str] = &[
    "Marie", "Monique", "Françoise", "Jeannine", "Jacqueline", "Nicole", "Christiane", "Yvette", "Denise",
    "Danielle", "Annie", "Michèle", "Simone", "Jeanne", "Yvonne", "Andrée", "Odette", "Colette", "Ginette",
    "Josette", "Bernadette", "Renée", "Paulette", "Huguette", "Marie-Thérèse", "Marie-Louise", "Chantal",
    "Lucienne", "Claude", "Éliane",
];
#[rustfmt::skip]
const MEN: &[&str] = &[
    "Nicolas", "Christophe", "Sébastien", "Stéphane", "Julien", "David", "Frédéric", "Laurent", "Olivier",
    "Jérôme", "Philippe", "Thierry", "Pascal", "Éric", "Guillaume", "Cédric", "Alexandre", "Vincent",
    "Thomas", "Mathieu", "Bruno", "Patrick", "Fabrice", "Franck", "Benjamin", "Romain", "Arnaud", "Anthony",
    "Emmanuel", "Ludovic", "Maxime", "Xavier", "Antoine", "François", "Gilles", "Marc", "Benoît",
    "Jonathan", "Hervé", "Yann", "Rémi", "Sylvain", "Mickaël", "Michaël", "Damien", "Fabien", "Florian",
    "Grégory", "Didier", "Lionel", "Dominique", "Jean-François", "Jean-Philippe", "Jean-Marc", "Jean-Luc",
    "Jean-Christophe", "Pierre-Yves", "Marc-Antoine", "Raphaël", "Adrien", "Clément", "Kévin", "Aurélien",
    "Joël", "Gaël", "Loïc", "Régis", "Denis", "Mathias", "Jérémy", "Jérémie", "Matthieu", "Valéry",
    "Frédérick", "Éric-Pierre", "Camille", "Stéphan", "Rodolphe", "Cyril", "Cyrille", "Tristan", "Bastien",
    "Simon", "Samuel", "Yohan", "Yoann", "Johan", "Alexis", "Gaëtan", "Pierre",
];
#[rustfmt::skip]
const WOMEN: &[&str] = &[
    "Nathalie", "Isabelle", "Sandrine", "Stéphanie", "Céline", "Valérie", "Christelle", "Sophie",
    "Virginie", "Aurélie", "Émilie", "Laetitia", "Julie", "Karine", "Sylvie", "Delphine", "Caroline",
    "Élodie", "Laurence", "Séverine", "Catherine", "Véronique", "Christine", "Corinne", "Audrey", "Hélène",
    "Aurore", "Cécile", "Marie", "Claire", "Anne", "Florence", "Laure", "Amélie", "Mélanie", "Magali",
    "Vanessa", "Sabrina", "Jennifer", "Amandine", "Anne-Sophie", "Marie-Laure", "Anne-Laure",
    "Marie-Claire", "Marie-Pierre", "Anne-Marie", "Marie-Hélène", "Marie-Ange", "Pascale", "Frédérique",
    "Emmanuelle", "Dominique", "Joëlle", "Gaëlle", "Danièle", "Michelle", "Mathilde", "Marion", "Charlotte",
    "Angélique", "Nadège", "Muriel", "Myriam", "Rachel", "Fanny", "Lucie", "Alexandra", "Alice", "Béatrice",
    "Carole", "Estelle", "Géraldine", "Gwenaëlle", "Ingrid", "Jessica", "Justine", "Mireille", "Nelly",
    "Odile", "Patricia", "Raphaëlle", "Sonia", "Tiphaine", "Valentine", "Camille", "Élise", "Elsa", "Lise",
    "Louise", "Laura", "Marine", "Marina", "Martine", "Maryline", "Marilyne", "Solène", "Solange",
];
#[rustfmt::skip]
const BOYS: &[&str] = &[
    "Lucas", "Enzo", "Nathan", "Mathis", "Louis", "Hugo", "Théo", "Léo", "Gabriel", "Raphaël", "Jules",
    "Adam", "Tom", "Noah", "Arthur", "Ethan", "Timéo", "Sacha", "Maël", "Paul", "Nolan", "Axel", "Baptiste",
    "Clément", "Maxime", "Antoine", "Robin", "Evan", "Yanis", "Rayan", "Noé", "Gabin", "Aaron", "Eliott",
    "Victor", "Malo", "Martin", "Simon", "Valentin", "Esteban", "Léon", "Liam", "Thibault", "Jean-Baptiste",
    "Pierre-Louis", "Côme",
];
#[rustfmt::skip]
const GIRLS: &[&str] = &[
    "Emma", "Léa", "Manon", "Chloé", "Inès", "Jade", "Camille", "Lola", "Louise", "Sarah", "Zoé", "Lilou",
    "Alice", "Anaïs", "Juliette", "Maëlys", "Louane", "Clara", "Lina", "Eva", "Lou", "Romane", "Ambre",
    "Jeanne", "Rose", "Mila", "Agathe", "Julia", "Anna", "Léna", "Célia", "Nina", "Margaux", "Capucine",
    "Elsa", "Lise", "Charlotte", "Océane", "Pauline", "Victoire", "Salomé", "Mathilde", "Lison", "Apolline",
    "Anne-Lise", "Marie-Lou",
];
#[rustfmt::skip]
const ARABIC_MEN: &[&str] = &[
    "Mohamed", "Ahmed", "Karim", "Mustapha", "Rachid", "Ali", "Abdelkader", "Hassan", "Samir", "Nabil",
    "Omar", "Youssef", "Mourad", "Kamel", "Said", "Hamid", "Farid", "Brahim", "Khalid", "Mohammed",
    "Abdellah", "Hicham", "Jamel", "Djamel", "Abderrahmane", "Mehdi", "Sofiane", "Yacine", "Bilal",
    "Mounir", "Redouane", "Lahcen", "Aziz", "Noureddine",
];
#[rustfmt::skip]
const ARABIC_WOMEN: &[&str] = &[
    "Fatima", "Nadia", "Samira", "Malika", "Aïcha", "Khadija", "Naïma", "Leïla", "Karima", "Farida",
    "Zohra", "Houria", "Rachida", "Fatiha", "Amina", "Yamina", "Saïda", "Nora", "Souad", "Hanane",
    "Fatima-Zohra", "Sabah", "Latifa", "Nawel", "Zineb", "Meriem", "Myriam", "Imane", "Siham", "Rim",
    "Fatma", "Fadila", "Warda", "Ouarda",
];
#[rustfmt::skip]
const PORTUGUESE_MEN: &[&str] = &[
    "José", "Manuel", "Antonio", "Carlos", "João", "Paulo", "Luis", "Fernando", "Jorge", "Joaquim", "Rui",
    "Nuno", "Pedro", "Tiago", "Sergio", "David", "José Manuel", "Mario", "Filipe", "Miguel", "Ricardo",
    "Vitor",
];
#[rustfmt::skip]
const PORTUGUESE_WOMEN: &[&str] = &[
    "Maria", "Ana", "Isabel", "Fernanda", "Paula", "Cristina", "Sandra", "Maria José", "Lucia", "Teresa",
    "Ana Paula", "Helena", "Rosa", "Conceição", "Carla", "Susana", "Sonia", "Fatima", "Manuela", "Graça",
    "Ana Maria",
];
#[rustfmt::skip]
const SPANISH_MEN: &[&str] = &[
    "Antonio", "José", "Francisco", "Juan", "Manuel", "Pedro", "Miguel", "Angel", "Carlos", "Rafael",
    "Javier", "Diego", "David", "Pablo", "Alvaro", "Sergio", "José Luis", "Ramon", "Vicente", "Enrique",
];
#[rustfmt::skip]
const SPANISH_WOMEN: &[&str] = &[
    "Maria", "Carmen", "Isabel", "Ana", "Dolores", "Pilar", "Cristina", "Rosa", "Laura", "Marta", "Sonia",
    "Elena", "Mercedes", "Lucia", "Teresa", "Maria Carmen", "Nuria", "Raquel", "Beatriz", "Inés",
];
#[rustfmt::skip]
const VIETNAMESE_MEN: &[&str] = &[
    "Van Minh", "Van Hung", "Duc Anh", "Thanh", "Minh", "Quang", "Tuan", "Van Dung", "Huu Phuoc",
    "Hoang Long", "Vinh", "Quoc Bao", "Patrick", "Philippe", "Van Tam",
];
#[rustfmt::skip]
const VIETNAMESE_WOMEN: &[&str] = &[
    "Thi Lan", "Thi Hoa", "Thi Mai", "Lan Anh", "Mai", "Thi Thanh", "Huong", "Thi Hong", "Kim Anh", "Thuy",
    "Linh", "Thi Kim Loan", "Sophie", "Anne", "Bich Ngoc",
];
#[rustfmt::skip]
const AFRICAN_MEN: &[&str] = &[
    "Mamadou", "Moussa", "Ibrahima", "Amadou", "Ousmane", "Abdoulaye", "Cheikh", "Boubacar", "Seydou",
    "Souleymane", "Issa", "Lamine", "Modibo", "Alassane", "Bakary", "Jean-Baptiste", "Serge", "Didier",
];
#[rustfmt::skip]
const AFRICAN_WOMEN: &[&str] = &[
    "Fatou", "Aminata", "Mariam", "Aïssatou", "Fatoumata", "Awa", "Oumou", "Kadiatou", "Adama", "Khady",
    "Hawa", "Djeneba", "Ramata", "Mariama", "Marie-Louise", "Bintou", "Assa", "Coumba",
];
const BRETON_MEN: &[&str] = &[
    "Yann", "Erwan", "Gwenaël", "Ronan", "Loïc", "Yannick", "Tanguy", "Malo", "Hervé", "Goulven",
];
const BRETON_WOMEN: &[&str] = &[
    "Gwenaëlle",
    "Nolwenn",
    "Maïwenn",
    "Rozenn",
    "Soizic",
    "Katell",
    "Annaïg",
    "Gaëlle",
    "Enora",
    "Morgane",
];

/// Given names of man and woman that differ by little or nothing.
pub const NEAR: &[(&str, &str)] = &[
    ("Frédéric", "Frédérique"),
    ("Pascal", "Pascale"),
    ("Michel", "Michèle"),
    ("Daniel", "Danièle"),
    ("Joël", "Joëlle"),
    ("Emmanuel", "Emmanuelle"),
    ("Gaël", "Gaëlle"),
    ("Gabriel", "Gabrielle"),
    ("Raphaël", "Raphaëlle"),
    ("Valéry", "Valérie"),
    ("Stéphane", "Stéphanie"),
    ("Laurent", "Laurence"),
    ("Denis", "Denise"),
    ("Jean", "Jeanne"),
    ("Martin", "Martine"),
    ("André", "Andrée"),
    ("Dominique", "Dominique"),
    ("Camille", "Camille"),
];

fn list(origin: Origin, sex: Sex, generation: Generation) -> &'static [&'static str] {
    match (origin, sex) {
        (Origin::Arabic, Sex::Man) => ARABIC_MEN,
        (Origin::Arabic, Sex::Woman) => ARABIC_WOMEN,
        (Origin::Portuguese, Sex::Man) => PORTUGUESE_MEN,
        (Origin::Portuguese, Sex::Woman) => PORTUGUESE_WOMEN,
        (Origin::Spanish, Sex::Man) => SPANISH_MEN,
        (Origin::Spanish, Sex::Woman) => SPANISH_WOMEN,
        (Origin::Vietnamese, Sex::Man) => VIETNAMESE_MEN,
        (Origin::Vietnamese, Sex::Woman) => VIETNAMESE_WOMEN,
        (Origin::African, Sex::Man) => AFRICAN_MEN,
        (Origin::African, Sex::Woman) => AFRICAN_WOMEN,
        (Origin::Breton, Sex::Man) if generation == Generation::Parent => BRETON_MEN,
        (Origin::Breton, Sex::Woman) if generation == Generation::Parent => BRETON_WOMEN,
        _ => french(sex, generation),
    }
}

fn french(sex: Sex, generation: Generation) -> &'static [&'static str] {
    match (sex, generation) {
        (Sex::Man, Generation::Grandparent) => OLD_MEN,
        (Sex::Woman, Generation::Grandparent) => OLD_WOMEN,
        (Sex::Man, Generation::Parent) => MEN,
        (Sex::Woman, Generation::Parent) => WOMEN,
        (Sex::Man, Generation::Child) => BOYS,
        (Sex::Woman, Generation::Child) => GIRLS,
    }
}

/// A given name. Families of all origins also take from the French stock, the younger the more.
pub fn given(chance: &mut Chance, origin: Origin, sex: Sex, generation: Generation) -> String {
    let french_stock = match generation {
        Generation::Grandparent => 0.05,
        Generation::Parent => 0.2,
        Generation::Child => 0.5,
    };
    if chance.happens(french_stock) {
        return (*chance.ranked(french(sex, generation), 20.0)).to_owned();
    }
    (*chance.ranked(list(origin, sex, generation), 20.0)).to_owned()
}

/// The second and third given names: older ones, often a grandparent's. None for half of the people.
pub fn others(chance: &mut Chance, origin: Origin, sex: Sex, first: &str) -> Vec<String> {
    let count = *chance.weighted(&[(0_u32, 45), (1, 30), (2, 25)]);
    let mut names = Vec::new();
    for _ in 0..count {
        let name = *chance.ranked(list(origin, sex, Generation::Grandparent), 15.0);
        if name != first && !names.iter().any(|n| n == name) {
            names.push(name.to_owned());
        }
    }
    names
}
