//! Whom `wss://` is believed.

use std::{path::Path, sync::Arc};

use anyhow::Context as _;
use rustls::{
    ClientConfig, RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, pem::PemObject},
};
use tokio_tungstenite::Connector;

use crate::cli::Failure;

/// Trusts the authorities in this file and no others, or, without one, those that the system
/// trusts.
///
/// # Errors
/// A file that cannot be read or holds no certificate is wrong usage.
pub(super) fn connector(authorities: Option<&Path>) -> Result<Option<Connector>, Failure> {
    // Who came first stays: it is the same one, there is no other in the house.
    let _ = aws_lc_rs::default_provider().install_default();
    let Some(file) = authorities else { return Ok(None) };
    let roots = read(file).with_context(|| format!("{}", file.display()));
    let roots = roots.map_err(|error| Failure::usage(format!("{error:#}")))?;
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    Ok(Some(Connector::Rustls(Arc::new(config))))
}

fn read(file: &Path) -> anyhow::Result<RootCertStore> {
    let text = std::fs::read(file)?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&text) {
        roots.add(certificate?)?;
    }
    anyhow::ensure!(!roots.is_empty(), "it holds no certificate as PEM");
    Ok(roots)
}
