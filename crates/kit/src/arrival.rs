//! How a request came: from whom, over what, to which host.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::ConnectInfo,
    http::{Extensions, HeaderMap, HeaderName, HeaderValue, Uri, header},
};

use crate::{Config, proxies::Proxies};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// What the edge knows of a request's way. A request extension.
///
/// The connection says it, and the headers `X-Forwarded-For`, `-Proto` and `-Host` where the peer
/// is a trusted proxy; from anybody else they mean nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arrival {
    /// The client; absent when the server does not know its peers.
    pub address: Option<IpAddr>,
    /// Whether the client's part of the way is TLS.
    pub https: bool,
    /// The host that the client asked for, in lower case, with its port unless it is the usual one.
    pub host: Option<String>,
    /// Whether a trusted proxy stands between.
    pub proxied: bool,
}

impl Arrival {
    /// Reads it. `https` says that browsers come by TLS in any case.
    pub(crate) fn of(
        extensions: &Extensions,
        uri: &Uri,
        headers: &HeaderMap,
        proxies: &Proxies,
        https: bool,
    ) -> Self {
        let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let proxied = peer.is_some_and(|peer| proxies.contains(peer));
        let told = |name: HeaderName| proxied.then(|| last(headers, &name)).flatten();
        let forwarded =
            headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
        let host = told(FORWARDED_HOST).or_else(|| match uri.authority() {
            Some(authority) => Some(authority.as_str()),
            None => headers.get(header::HOST)?.to_str().ok(),
        });
        Self {
            address: peer.map(|peer| proxies.client(peer, forwarded)),
            https: https
                || told(FORWARDED_PROTO).is_some_and(|proto| proto.eq_ignore_ascii_case("https")),
            host: host.map(str::to_ascii_lowercase),
            proxied,
        }
    }

    /// Whether pages of `origin` may use what a browser sends by itself: pages of the address that
    /// this very request went to, those of the public URL, and those on the list.
    pub(crate) fn admits(&self, config: &Config, origin: &HeaderValue) -> bool {
        let Ok(origin) = origin.to_str() else { return false };
        config.allows_origin(origin) || self.is_own(origin)
    }

    fn is_own(&self, origin: &str) -> bool {
        let scheme = if self.https { "https://" } else { "http://" };
        let own = origin.strip_prefix(scheme).zip(self.host.as_deref());
        own.is_some_and(|(origin, host)| origin == host)
    }
}

/// The last item of all lists: what the nearest proxy has said itself.
fn last<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let value = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    let item = value.rsplit(',').next()?.trim();
    (!item.is_empty()).then_some(item)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrival(peer: Option<&str>, lines: &[(&'static str, &str)], https: bool) -> Arrival {
        let mut extensions = Extensions::new();
        if let Some(peer) = peer {
            extensions.insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
        }
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().unwrap());
        }
        let proxies = "10.0.0.0/8, fd00::/8".parse().unwrap();
        Arrival::of(&extensions, &Uri::from_static("/"), &headers, &proxies, https)
    }

    #[test]
    fn only_proxies_are_believed() {
        let told = [
            ("host", "Inside:8000"),
            ("x-forwarded-for", "6.6.6.6, 1.2.3.4"),
            ("x-forwarded-proto", "http, https"),
            ("x-forwarded-host", "evil.example, App.example.org"),
        ];
        let proxied = arrival(Some("10.0.0.1:80"), &told, false);
        let expected = Arrival {
            address: Some("1.2.3.4".parse().unwrap()),
            https: true,
            host: Some("app.example.org".to_owned()),
            proxied: true,
        };
        assert_eq!(proxied, expected);
        assert_eq!(arrival(Some("[fd00::1]:80"), &told, false), expected);
        for (peer, address) in [("9.9.9.9:80", "9.9.9.9"), ("[::ffff:9.9.9.9]:80", "9.9.9.9")] {
            let forged = arrival(Some(peer), &told, false);
            let expected = Arrival {
                address: Some(address.parse().unwrap()),
                https: false,
                host: Some("inside:8000".to_owned()),
                proxied: false,
            };
            assert_eq!(forged, expected, "{peer}");
        }
        let unknown = arrival(None, &told, true);
        assert_eq!((unknown.address, unknown.https, unknown.proxied), (None, true, false));
    }

    #[test]
    fn whose_pages_are_admitted() {
        let env = [
            ("OPENBELL_PUBLIC_URL", "https://public.example.org"),
            ("OPENBELL_ALLOWED_ORIGINS", "https://listed.example.org"),
        ];
        let env = env.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let config = Config::load(env.into_iter(), None).unwrap();
        let plain = arrival(Some("9.9.9.9:80"), &[("host", "localhost:8000")], false);
        let tls = arrival(Some("9.9.9.9:80"), &[("host", "app.example.org")], true);
        // Origin, admitted at the plain address, admitted at the one behind TLS.
        let cases = [
            ("http://localhost:8000", true, false),
            ("http://localhost", false, false),
            ("https://localhost:8000", false, false),
            ("https://app.example.org", false, true),
            ("http://app.example.org", false, false),
            ("https://app.example.org.evil.example", false, false),
            ("https://public.example.org", true, true),
            ("https://listed.example.org", true, true),
            ("https://evil.example", false, false),
            ("null", false, false),
            ("", false, false),
        ];
        for (origin, at_plain, at_tls) in cases {
            let value = HeaderValue::from_str(origin).unwrap();
            assert_eq!(plain.admits(&config, &value), at_plain, "{origin}");
            assert_eq!(tls.admits(&config, &value), at_tls, "{origin}");
        }
        let nowhere = arrival(None, &[], false);
        assert!(!nowhere.admits(&config, &HeaderValue::from_static("http://")));
    }
}
