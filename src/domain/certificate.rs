//! What can be wrong with a server's certificate.

/// What was wrong with a server's certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsProblem {
    /// Issued by an authority that is not trusted here.
    UnknownIssuer,
    /// Its time is over.
    Expired,
    /// Its time has not begun (or the clock of this machine is slow).
    NotYetValid,
    /// Made for another name than the one in the URL.
    WrongName,
    /// Anything else: the handshake, a certificate file of ours.
    Other,
}
