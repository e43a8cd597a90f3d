//! What speaks for and against two accounts being one person, each with its code.

/// One piece of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// Same family name.
    FamilySame,
    /// One bears the other's name at birth, or both were born with one name.
    FamilyBirth,
    /// One of two family names is missing.
    FamilyPart,
    /// Family names a slip apart, or said alike.
    FamilyNear,
    /// Two family names.
    FamilyDifferent,
    /// Family and given name stand in each other's place.
    NamesSwapped,
    /// Same given name.
    GivenSame,
    /// Same first given name, further ones behind one of them.
    GivenFirst,
    /// A given name cut short, a short form.
    GivenPart,
    /// Given names a slip apart, or said alike.
    GivenNear,
    /// One given name is a first letter, and fits.
    GivenInitial,
    /// Two given names.
    GivenDifferent,
    /// Same mail address.
    MailSame,
    /// Mail addresses a letter apart.
    MailNear,
    /// Other mail addresses.
    MailDifferent,
    /// Same mobile.
    MobileSame,
    /// Mobiles a digit apart.
    MobileNear,
    /// Other mobiles.
    MobileDifferent,
    /// Same telephone at home or at work.
    LandlineSame,
    /// Telephones at home a digit apart.
    LandlineNear,
    /// Other telephones at home.
    LandlineDifferent,
    /// Same house.
    AddressSame,
    /// Addresses that a slip in the number, the street or the postcode would explain.
    AddressNear,
    /// Another house with the same postcode.
    AreaSame,
    /// Other places.
    AddressDifferent,
    /// A child of both.
    ChildSame,
    /// Children, none of both.
    ChildDifferent,
    /// The other parent of other children is one account.
    PartnerSame,
    /// The other parents bear one name.
    PartnerNameSame,
    /// The other parents are others.
    PartnerDifferent,
    /// Same birth date.
    BirthDateSame,
    /// Other birth dates.
    BirthDateDifferent,
    /// Same key of a feed.
    JoinKeySame,
    /// M. and Mme.
    SexDifferent,
    /// To one child, one is the mother and the other the father, or the grandmother.
    KinshipDifferent,
    /// Different given names in one household.
    Couple,
}

/// Which way evidence speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// For one person.
    For,
    /// Against.
    Against,
}

impl Evidence {
    /// All of them.
    pub const ALL: [Evidence; 36] = [
        Evidence::FamilySame,
        Evidence::FamilyBirth,
        Evidence::FamilyPart,
        Evidence::FamilyNear,
        Evidence::FamilyDifferent,
        Evidence::NamesSwapped,
        Evidence::GivenSame,
        Evidence::GivenFirst,
        Evidence::GivenPart,
        Evidence::GivenNear,
        Evidence::GivenInitial,
        Evidence::GivenDifferent,
        Evidence::MailSame,
        Evidence::MailNear,
        Evidence::MailDifferent,
        Evidence::MobileSame,
        Evidence::MobileNear,
        Evidence::MobileDifferent,
        Evidence::LandlineSame,
        Evidence::LandlineNear,
        Evidence::LandlineDifferent,
        Evidence::AddressSame,
        Evidence::AddressNear,
        Evidence::AreaSame,
        Evidence::AddressDifferent,
        Evidence::ChildSame,
        Evidence::ChildDifferent,
        Evidence::PartnerSame,
        Evidence::PartnerNameSame,
        Evidence::PartnerDifferent,
        Evidence::BirthDateSame,
        Evidence::BirthDateDifferent,
        Evidence::JoinKeySame,
        Evidence::SexDifferent,
        Evidence::KinshipDifferent,
        Evidence::Couple,
    ];

    /// The stable name, in JSON, CSV and the keys of the words.
    pub fn code(self) -> &'static str {
        match self {
            Evidence::FamilySame => "family-same",
            Evidence::FamilyBirth => "family-birth",
            Evidence::FamilyPart => "family-part",
            Evidence::FamilyNear => "family-near",
            Evidence::FamilyDifferent => "family-different",
            Evidence::NamesSwapped => "names-swapped",
            Evidence::GivenSame => "given-same",
            Evidence::GivenPart => "given-part",
            Evidence::GivenNear => "given-near",
            Evidence::GivenDifferent => "given-different",
            Evidence::MailSame => "mail-same",
            Evidence::MailDifferent => "mail-different",
            Evidence::MobileSame => "mobile-same",
            Evidence::MobileDifferent => "mobile-different",
            Evidence::LandlineSame => "landline-same",
            Evidence::LandlineDifferent => "landline-different",
            Evidence::AddressSame => "address-same",
            Evidence::AreaSame => "area-same",
            Evidence::AddressDifferent => "address-different",
            Evidence::ChildSame => "child-same",
            Evidence::ChildDifferent => "child-different",
            Evidence::PartnerSame => "partner-same",
            Evidence::PartnerNameSame => "partner-name-same",
            Evidence::PartnerDifferent => "partner-different",
            Evidence::BirthDateSame => "birth-date-same",
            Evidence::BirthDateDifferent => "birth-date-different",
            Evidence::JoinKeySame => "join-key-same",
            Evidence::SexDifferent => "sex-different",
            Evidence::KinshipDifferent => "kinship-different",
            Evidence::GivenFirst => "given-first",
            Evidence::GivenInitial => "given-initial",
            Evidence::MailNear => "mail-near",
            Evidence::MobileNear => "mobile-near",
            Evidence::LandlineNear => "landline-near",
            Evidence::AddressNear => "address-near",
            Evidence::Couple => "couple",
        }
    }

    /// Whether it is worth a word: that two accounts of one person have other children goes without saying.
    pub fn is_told(self) -> bool {
        !matches!(self, Evidence::ChildDifferent | Evidence::PartnerDifferent)
    }

    /// Which way it speaks.
    pub fn side(self) -> Side {
        match self {
            Evidence::FamilyDifferent
            | Evidence::GivenDifferent
            | Evidence::MailDifferent
            | Evidence::MobileDifferent
            | Evidence::LandlineDifferent
            | Evidence::AddressDifferent
            | Evidence::ChildDifferent
            | Evidence::PartnerDifferent
            | Evidence::BirthDateDifferent
            | Evidence::SexDifferent
            | Evidence::KinshipDifferent
            | Evidence::Couple => Side::Against,
            _ => Side::For,
        }
    }
}
