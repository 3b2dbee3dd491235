//! Where a server listens, and whether in the clear. In: an address, and a certificate or none. Out: connections, or a
//! refusal to be reached by others without users and TLS.

mod certificate;
mod connections;

pub(crate) use certificate::Certificate;
pub use certificate::CertificateFiles;
pub(crate) use connections::{Connections, PeerAddress};

use std::net::IpAddr;

/// Why an address is not listened on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BindRefusal {
    /// Others can reach it, and it would ask nobody who they are.
    #[error("`{0}` can be reached by others, and the warehouse has no users")]
    NoUsers(IpAddr),
    /// Others can reach it, and what they send could be read on the way.
    #[error("`{0}` can be reached by others, and passwords would go over the wire in the clear")]
    PlainText(IpAddr),
}

/// Refuses an address that others can reach, unless it asks who they are and (but for `plain_text`) is encrypted.
///
/// # Errors
/// What is missing.
pub(crate) fn check_address(
    address: IpAddr,
    has_users: bool,
    has_tls: bool,
    plain_text: bool,
) -> Result<(), BindRefusal> {
    match (address.is_loopback(), has_users, has_tls || plain_text) {
        (true, _, _) | (false, true, true) => Ok(()),
        (false, false, _) => Err(BindRefusal::NoUsers(address)),
        (false, true, false) => Err(BindRefusal::PlainText(address)),
    }
}

#[cfg(test)]
mod tests {
    use super::{BindRefusal, check_address};
    use std::net::{IpAddr, Ipv4Addr};

    #[test]
    fn others_are_asked_who_they_are_over_tls() {
        let (here, all) = (
            IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        );
        assert_eq!(check_address(here, false, false, false), Ok(()));
        assert_eq!(check_address(all, true, true, false), Ok(()));
        assert_eq!(check_address(all, true, false, true), Ok(()));
        let refused = check_address(all, true, false, false);
        assert_eq!(refused, Err(BindRefusal::PlainText(all)));
        let refused = check_address(all, false, true, true);
        assert_eq!(refused, Err(BindRefusal::NoUsers(all)));
    }
}
