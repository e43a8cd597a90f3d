//! People as they are, before anybody types them in.

use crate::words::Origin;
use crate::words::given::Generation;

/// Man or woman.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Sex {
    Man,
    Woman,
}

impl Sex {
    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Sex::Man => Sex::Woman,
            Sex::Woman => Sex::Man,
        }
    }
}

/// A place in [`World::people`].
pub type PersonId = usize;
/// A place in [`World::homes`].
pub type HomeId = usize;
/// A place in [`World::children`].
pub type ChildId = usize;
/// A place in [`World::schools`].
pub type SchoolId = usize;

/// A grown-up with a child at school.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Man or woman.
    pub sex: Sex,
    /// For the choice of given names.
    pub origin: Origin,
    /// For the choice of given names.
    pub generation: Generation,
    /// `dd/mm/yyyy`.
    pub born: String,
    /// The first given name.
    pub given: String,
    /// The further ones.
    pub others: Vec<String>,
    /// The name at birth.
    pub birth_name: String,
    /// The name used every day: the same, the spouse's, or both.
    pub used_name: String,
    /// Own or shared mail address.
    pub mail: Option<String>,
    /// Own or shared mobile, ten digits.
    pub mobile: Option<String>,
    /// Where they live.
    pub home: HomeId,
    /// The person whose mail address may be given instead.
    pub partner: Option<PersonId>,
}

/// A postal address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// `12`, `12 bis`.
    pub number: String,
    /// A place in [`crate::words::places::KINDS`].
    pub kind: usize,
    /// What the street is called.
    pub street: String,
    /// A place in [`crate::words::places::COMPLEMENTS`], and a number behind it.
    pub complement: Option<(usize, u32)>,
    /// Postcode.
    pub postcode: String,
    /// Town.
    pub town: String,
}

/// A home: an address and perhaps a landline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// Where.
    pub address: Address,
    /// Ten digits.
    pub landline: Option<String>,
}

/// How a grown-up stands to a child: code of the national feed and legal responsibility.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Role {
    Father,
    Mother,
    Grandparent,
    Educator,
}

impl Role {
    /// `(code lien, responsable légal)` of ENTElevePersRelEleve.
    pub fn codes(self) -> (&'static str, &'static str) {
        match self {
            Role::Mother => ("10", "1"),
            Role::Father => ("20", "1"),
            Role::Grandparent => ("38", "2"),
            Role::Educator => ("41", "2"),
        }
    }

    /// The role of a parent of this sex.
    pub fn parent(sex: Sex) -> Self {
        match sex {
            Sex::Man => Role::Father,
            Sex::Woman => Role::Mother,
        }
    }
}

/// A pupil.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Child {
    /// Given name.
    pub given: String,
    /// Surname.
    pub surname: String,
    /// `dd/mm/yyyy`.
    pub born: String,
    /// Where it goes to school.
    pub school: SchoolId,
    /// Class.
    pub class: &'static str,
    /// Who is responsible for it.
    pub grown_ups: Vec<(PersonId, Role)>,
}

/// A school, with the number that its office has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct School {
    /// National number.
    pub uai: String,
    /// Fourteen digits; names the entry.
    pub siret: String,
    /// Usual name.
    pub name: String,
    /// Ten digits.
    pub phone: String,
    /// A place in [`crate::words::places::TOWNS`].
    pub town: usize,
    /// Whether its pupils are the older ones.
    pub lycee: bool,
}

/// What two different people are to each other: each is a trap for whoever looks for duplicates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Tie {
    SpousesOneName,
    SpousesTwoNames,
    SpousesNearNames,
    SameSexCouple,
    SeparatedParents,
    SharedMail,
    SharedMobile,
    FatherAndSon,
    MotherAndDaughter,
    NamesakeGenerations,
    Twins,
    Siblings,
    SiblingsAtOneAddress,
    InLawsAtOneAddress,
    GrandparentsLandline,
    Colleagues,
    HomonymAtSchool,
    HomonymElsewhere,
}

impl Tie {
    /// As it stands in the file of the truth.
    pub fn word(self) -> &'static str {
        match self {
            Tie::SpousesOneName => "spouses-one-name",
            Tie::SpousesTwoNames => "couple-two-names",
            Tie::SpousesNearNames => "spouses-near-given-names",
            Tie::SameSexCouple => "same-sex-couple",
            Tie::SeparatedParents => "separated-parents",
            Tie::SharedMail => "shared-family-mail",
            Tie::SharedMobile => "shared-mobile",
            Tie::FatherAndSon => "father-and-son",
            Tie::MotherAndDaughter => "mother-and-daughter",
            Tie::NamesakeGenerations => "same-name-two-generations",
            Tie::Twins => "twins",
            Tie::Siblings => "brothers-and-sisters",
            Tie::SiblingsAtOneAddress => "siblings-at-one-address",
            Tie::InLawsAtOneAddress => "in-laws-at-one-address",
            Tie::GrandparentsLandline => "grandparents-landline",
            Tie::Colleagues => "educators-of-one-home",
            Tie::HomonymAtSchool => "homonyms-at-one-school",
            Tie::HomonymElsewhere => "homonyms-elsewhere",
        }
    }
}

/// One occasion on which an office typed a person in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occasion {
    /// Who.
    pub person: PersonId,
    /// By whom.
    pub school: SchoolId,
    /// For which children.
    pub children: Vec<ChildId>,
    /// Where they lived then.
    pub home: HomeId,
    /// Their mobile then.
    pub mobile: Option<String>,
    /// Their mail then.
    pub mail: Option<String>,
}

/// All of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct World {
    pub people: Vec<Person>,
    pub homes: Vec<Home>,
    pub children: Vec<Child>,
    pub schools: Vec<School>,
    /// Who is what to whom; the smaller number first.
    pub ties: Vec<(PersonId, PersonId, Tie)>,
    /// When they were typed in, in no order.
    pub occasions: Vec<Occasion>,
}
