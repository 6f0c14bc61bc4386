//! TLS in front of a server that does not speak it, as a proxy does it in production.

use std::{io, net::SocketAddr, sync::Arc};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    },
};

/// Takes TLS connections and hands what is in them to a server on this machine. It ends with the
/// value.
///
/// Its certificate is for `localhost` and 127.0.0.1, until 2126, by an authority that nobody
/// trusts who is not told to: [`TlsFront::AUTHORITY`].
pub struct TlsFront {
    address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl TlsFront {
    /// The certificate of the authority, as PEM.
    pub const AUTHORITY: &str = include_str!("../tls/ca.pem");

    /// In front of a server on this port of the loopback address.
    #[expect(clippy::disallowed_methods, reason = "a test's front lives as long as the test")]
    pub async fn before(port: u16) -> Self {
        let acceptor = TlsAcceptor::from(Arc::new(config()));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(acceptor.clone(), client, port));
            }
        });
        Self { address, accepting }
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for TlsFront {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

fn config() -> ServerConfig {
    let certificate = CertificateDer::from_pem_slice(include_bytes!("../tls/cert.pem"));
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("../tls/key.pem"));
    ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions of TLS")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.expect("a certificate")], key.expect("a key"))
        .expect("they belong together")
}

async fn carry(acceptor: TlsAcceptor, client: TcpStream, port: u16) -> io::Result<()> {
    client.set_nodelay(true)?;
    let mut client = acceptor.accept(client).await?;
    let mut server = TcpStream::connect(("127.0.0.1", port)).await?;
    server.set_nodelay(true)?;
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}
