//! How much goes wrong when an office types people in: the noise levels, as data.

/// Probabilities of one noise level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// A wrong key, two letters swapped, one doubled or left out, in the surname; the same in the given name.
    pub name_typo: f64,
    /// Accents left out where the school otherwise types them.
    pub accents_lost: f64,
    /// Jean Pierre for Jean-Pierre, LEGALL for Le Gall.
    pub hyphen: f64,
    /// Further given names typed behind the first.
    pub second_given: f64,
    /// Surname and given name in each other's field.
    pub swapped: f64,
    /// Of those with two surnames: typed under the other one.
    pub other_surname: f64,
    /// No title.
    pub no_title: f64,
    /// No mail typed though there is one.
    pub no_mail: f64,
    /// The partner's mail instead.
    pub partner_mail: f64,
    /// A wrong letter in the mail.
    pub mail_typo: f64,
    /// No mobile typed though there is one.
    pub no_mobile: f64,
    /// A wrong digit.
    pub phone_typo: f64,
    /// A wrong letter in the street, or a wrong house number.
    pub address_typo: f64,
    /// A wrong postcode.
    pub postcode_typo: f64,
    /// No address at all.
    pub no_address: f64,
    /// Between two occasions: moved house.
    pub moved: f64,
    /// Between two occasions: another mobile.
    pub new_mobile: f64,
    /// Between two occasions: another mail.
    pub new_mail: f64,
}

/// Level 0: no mistakes, only each school's own habits of notation. 1: a careful office. 2: a hurried one.
/// 3: forms copied by several hands over years. None was chosen by looking at what any tool makes of it.
pub const LEVELS: [Level; 4] = [
    Level {
        name_typo: 0.0,
        accents_lost: 0.0,
        hyphen: 0.0,
        second_given: 0.0,
        swapped: 0.0,
        other_surname: 0.0,
        no_title: 0.0,
        no_mail: 0.0,
        partner_mail: 0.0,
        mail_typo: 0.0,
        no_mobile: 0.0,
        phone_typo: 0.0,
        address_typo: 0.0,
        postcode_typo: 0.0,
        no_address: 0.0,
        moved: 0.0,
        new_mobile: 0.0,
        new_mail: 0.0,
    },
    Level {
        name_typo: 0.02,
        accents_lost: 0.1,
        hyphen: 0.1,
        second_given: 0.05,
        swapped: 0.004,
        other_surname: 0.15,
        no_title: 0.03,
        no_mail: 0.10,
        partner_mail: 0.01,
        mail_typo: 0.01,
        no_mobile: 0.05,
        phone_typo: 0.005,
        address_typo: 0.03,
        postcode_typo: 0.01,
        no_address: 0.02,
        moved: 0.06,
        new_mobile: 0.06,
        new_mail: 0.06,
    },
    Level {
        name_typo: 0.05,
        accents_lost: 0.2,
        hyphen: 0.3,
        second_given: 0.12,
        swapped: 0.012,
        other_surname: 0.3,
        no_title: 0.12,
        no_mail: 0.22,
        partner_mail: 0.02,
        mail_typo: 0.02,
        no_mobile: 0.10,
        phone_typo: 0.01,
        address_typo: 0.07,
        postcode_typo: 0.02,
        no_address: 0.04,
        moved: 0.12,
        new_mobile: 0.12,
        new_mail: 0.12,
    },
    Level {
        name_typo: 0.1,
        accents_lost: 0.3,
        hyphen: 0.5,
        second_given: 0.2,
        swapped: 0.03,
        other_surname: 0.4,
        no_title: 0.3,
        no_mail: 0.4,
        partner_mail: 0.05,
        mail_typo: 0.04,
        no_mobile: 0.2,
        phone_typo: 0.02,
        address_typo: 0.12,
        postcode_typo: 0.05,
        no_address: 0.1,
        moved: 0.25,
        new_mobile: 0.25,
        new_mail: 0.2,
    },
];
