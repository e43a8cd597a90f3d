//! The words of which people are made up: own lists, shared with nothing that judges them.

pub mod given;
pub mod places;
pub mod surnames;

/// Where a family's names come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The usual French stock.
    French,
    /// Brittany.
    Breton,
    /// The Maghreb.
    Arabic,
    /// Portugal.
    Portuguese,
    /// Spain.
    Spanish,
    /// Vietnam.
    Vietnamese,
    /// West Africa.
    African,
    /// A surname with a particle (de, du, d', Le).
    Particle,
}

/// Shares among families of a southern French academy, in percent.
pub const ORIGINS: [(Origin, u32); 8] = [
    (Origin::French, 72),
    (Origin::Breton, 4),
    (Origin::Arabic, 9),
    (Origin::Portuguese, 4),
    (Origin::Spanish, 4),
    (Origin::Vietnamese, 1),
    (Origin::African, 2),
    (Origin::Particle, 4),
];
