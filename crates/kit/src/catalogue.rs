//! What the modules of a house say of themselves.

use std::collections::HashSet;

use hub::Kind;
use store::Statement;

use crate::{Code, Error, FrameSpec, Result};

/// A socket path, as its module describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SocketInfo {
    /// The path, without a slash at its end.
    pub path: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// Whether it needs a user.
    pub requires_user: bool,
    /// Families of topics that are followed on it without being asked for.
    pub follows: &'static [&'static str],
}

/// A family of topics, as its module describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FamilyInfo {
    /// What stands before the colon of its topics.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// What its topics promise.
    pub kind: Kind,
    /// Whether somebody unknown may follow some.
    pub public: bool,
    /// Whether there is only one topic, which bears the bare name.
    pub single: bool,
}

/// What the modules say of themselves, for documents and for tests.
pub struct Catalogue {
    /// The modules' names, in their order.
    pub modules: Vec<&'static str>,
    /// Every statement of every module and engine.
    pub statements: Vec<&'static Statement>,
    /// Every error code that is a feature's own.
    pub codes: Vec<&'static Code>,
    /// Every frame of the features.
    pub frames: Vec<FrameSpec>,
    /// The socket paths.
    pub sockets: Vec<SocketInfo>,
    /// The families of topics.
    pub families: Vec<FamilyInfo>,
    /// Names on `/ws` that stand for several topics, with what they are.
    pub aliases: Vec<(&'static str, &'static str)>,
    /// Reactions with the events that they listen to.
    pub reactions: Vec<(&'static str, Vec<&'static str>)>,
    /// The REST interface.
    pub openapi: utoipa::openapi::OpenApi,
}

impl Catalogue {
    /// Every frame is seen at places that exist, and at each place there is one form of it.
    pub(crate) fn check_places(&self) -> Result<()> {
        let mut known: HashSet<&str> = self.sockets.iter().map(|socket| socket.path).collect();
        known.extend(self.families.iter().map(|family| family.name));
        known.extend(self.aliases.iter().map(|(name, _)| *name));
        let followed = self.sockets.iter().flat_map(|socket| socket.follows).copied();
        let places = self.frames.iter().flat_map(FrameSpec::places);
        if let Some(wrong) = places.chain(followed).find(|place| !known.contains(place)) {
            return Err(Error::internal(format!("no socket, topic or alias is called {wrong}")));
        }
        let mut forms = HashSet::new();
        for frame in &self.frames {
            for place in frame.places() {
                if !forms.insert((frame.kind, frame.from_server, place)) {
                    let text = format!("`{}` is described twice at {place}", frame.kind);
                    return Err(Error::internal(text));
                }
            }
        }
        Ok(())
    }
}
