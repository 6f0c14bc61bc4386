//! The installation's one secret, the keys that are derived from it, and randomness.

use std::{
    fmt, fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hkdf::Hkdf;
use rand::{TryRng as _, rngs::SysRng};
use sha2::Sha256;

/// The fewest bytes a secret has.
pub const MIN_SECRET_BYTES: usize = 32;

/// The name of the secret's file in the data folder.
const FILE_NAME: &str = "secret";

/// A key for one purpose.
pub type Key = [u8; 32];

/// Why there is no secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// Too easy to guess.
    #[error("a secret needs at least {MIN_SECRET_BYTES} bytes, this one has {0}")]
    TooShort(usize),
    /// The file cannot be read or made.
    #[error("cannot use the secret in {path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
}

/// The installation's secret. It is never used itself: each purpose has a key of its own, so that
/// a leak of one key tells nothing of the others. While a secret is being changed, the previous
/// one still opens what it closed.
#[derive(Clone)]
pub struct Secret {
    current: Box<[u8]>,
    previous: Option<Box<[u8]>>,
}

impl Secret {
    /// The secret of a configured text.
    ///
    /// # Errors
    /// [`SecretError::TooShort`].
    pub fn new(text: &str) -> Result<Self, SecretError> {
        Ok(Self { current: checked(text)?, previous: None })
    }

    /// The same, with the secret that was in use before.
    ///
    /// # Errors
    /// [`SecretError::TooShort`].
    pub fn with_previous(mut self, text: &str) -> Result<Self, SecretError> {
        self.previous = Some(checked(text)?);
        Ok(self)
    }

    /// The secret in the data folder; the first caller makes it, readable by the owner only.
    /// Whoever else comes at the same time gets the same one.
    ///
    /// # Errors
    /// [`SecretError`] when the file cannot be read or made, or holds too little.
    pub fn in_folder(data_dir: &Path) -> Result<Self, SecretError> {
        let path = Self::file_in(data_dir);
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => create(data_dir, &path),
            other => other,
        };
        let text = text.map_err(|source| SecretError::File { path, source })?;
        Self::new(text.trim())
    }

    /// Where the secret in a data folder is.
    pub fn file_in(data_dir: &Path) -> PathBuf {
        data_dir.join(FILE_NAME)
    }

    /// The key for `purpose`, such as `access-token`. One purpose, one use.
    pub fn key(&self, purpose: &str) -> Key {
        derive(&self.current, purpose)
    }

    /// The keys that may have been used for `purpose`: the current one, then the previous one.
    pub fn keys(&self, purpose: &str) -> Vec<Key> {
        let previous = self.previous.as_deref();
        std::iter::once(&*self.current)
            .chain(previous)
            .map(|secret| derive(secret, purpose))
            .collect()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

fn checked(text: &str) -> Result<Box<[u8]>, SecretError> {
    match text.len() {
        short if short < MIN_SECRET_BYTES => Err(SecretError::TooShort(short)),
        _ => Ok(text.as_bytes().into()),
    }
}

fn derive(secret: &[u8], purpose: &str) -> Key {
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(Some(b"openbell"), secret)
        .expand(purpose.as_bytes(), &mut key)
        .expect("HKDF gives up to 8160 bytes");
    key
}

/// Makes the file complete under another name first, then gives it its name, which fails when
/// somebody else was quicker: nobody ever reads half a secret, and nobody's is replaced.
fn create(data_dir: &Path, path: &Path) -> io::Result<String> {
    fs::create_dir_all(data_dir)?;
    let text = random_token(32);
    let draft = data_dir.join(format!(".{FILE_NAME}.{}", random_token(8)));
    let outcome = write_private(&draft, &text).and_then(|()| fs::hard_link(&draft, path));
    let _ = fs::remove_file(&draft);
    match outcome {
        Ok(()) => Ok(text),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => fs::read_to_string(path),
        Err(error) => Err(error),
    }
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Random bytes from the operating system.
///
/// # Panics
/// When the operating system has no randomness to give: nothing secure can be done then.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    fill(&mut bytes);
    bytes
}

/// A token nobody can guess: `bytes` random bytes in base64url without padding.
///
/// # Panics
/// As [`random_bytes`].
pub fn random_token(bytes: usize) -> String {
    let mut random = vec![0; bytes];
    fill(&mut random);
    URL_SAFE_NO_PAD.encode(random)
}

fn fill(bytes: &mut [u8]) {
    SysRng.try_fill_bytes(bytes).expect("the operating system gives randomness");
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn purposes_have_different_keys() {
        let secret = Secret::new(TEXT).unwrap();
        assert_eq!(secret.key("a"), Secret::new(TEXT).unwrap().key("a"));
        assert_ne!(secret.key("a"), secret.key("b"));
        assert_eq!(secret.keys("a"), [secret.key("a")]);
        let other = "another secret that is long enough";
        let changed = Secret::new(other).unwrap().with_previous(TEXT).unwrap();
        assert_eq!(changed.keys("a"), [Secret::new(other).unwrap().key("a"), secret.key("a")]);
    }

    #[test]
    fn short_secrets_are_refused_and_none_is_printed() {
        assert!(matches!(Secret::new("short"), Err(SecretError::TooShort(5))));
        let secret = Secret::new(TEXT).unwrap();
        assert!(secret.clone().with_previous("").is_err());
        assert_eq!(format!("{secret:?}"), "Secret(…)");
    }

    #[test]
    fn a_folder_has_one_secret() {
        let folder = tempfile::tempdir().unwrap();
        let data_dir = folder.path().join("data");
        let keys: Vec<Key> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| Secret::in_folder(&data_dir).unwrap().key("x")))
                .collect();
            threads.into_iter().map(|t| t.join().unwrap()).collect()
        });
        assert!(keys.windows(2).all(|pair| pair[0] == pair[1]));
        let names: Vec<_> =
            fs::read_dir(&data_dir).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, [FILE_NAME], "no draft stays behind");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let metadata = fs::metadata(data_dir.join(FILE_NAME)).unwrap();
            assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
        }
        fs::write(data_dir.join(FILE_NAME), "cut").unwrap();
        assert!(Secret::in_folder(&data_dir).is_err());
    }

    #[test]
    fn tokens_differ_and_have_their_length() {
        assert_eq!(random_token(32).len(), 43);
        assert_ne!(random_token(16), random_token(16));
        assert_ne!(random_bytes::<16>(), random_bytes::<16>());
    }
}
