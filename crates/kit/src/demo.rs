//! Demonstrations: data that a feature makes up for a new database, and what happens to it while
//! somebody looks on.
//!
//! Features do not know each other here either. Whoever appears in the demonstration is named
//! below with a fixed id; what one feature has made, the ones behind it find on the [`Stage`].

mod dice;
mod play;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use domain::{Id, Role, Roles, Scope, TenantId, Timestamp, UserId};
use store::Tx;
use tasks::Lease;
use uuid::Uuid;

pub use self::{
    dice::Dice,
    play::{TICK, admit},
};
use crate::{BoxFuture, Ctx, Reporter, Result};

/// The password of everybody in the demonstration. Everybody knows it.
pub const PASSWORD: &str = "openbell-demo";

/// The tenant in which the demonstration takes place.
pub const TENANT: TenantId = TenantId::DEFAULT;

/// Somebody who appears in the demonstration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    /// Their id, the same in every demonstration.
    pub id: UserId,
    /// What they sign in with.
    pub email: &'static str,
    /// What they are called.
    pub name: &'static str,
    /// What they may do, beside what every user may.
    pub role: Role,
    /// What they show, in a few words.
    pub about: &'static str,
}

impl Person {
    /// In what they act.
    pub const fn scope(&self) -> Scope {
        Scope::user(TENANT, self.id, self.roles())
    }

    /// What they may do.
    pub const fn roles(&self) -> Roles {
        Roles::NONE.with(Role::User).with(self.role)
    }
}

const fn person(number: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_00de_0000 + number))
}

/// Watches properties.
pub const INVESTOR: Person = Person {
    id: person(1),
    email: "investor@demo.openbell.local",
    name: "Ines Investor",
    role: Role::User,
    about: "watches a dozen properties",
};

/// Looks after the records.
pub const OPERATOR: Person = Person {
    id: person(2),
    email: "operator@demo.openbell.local",
    name: "Omar Operator",
    role: Role::Operator,
    about: "writes properties and notices",
};

/// May do everything within the tenant.
pub const ADMIN: Person = Person {
    id: person(3),
    email: "admin@demo.openbell.local",
    name: "Ada Admin",
    role: Role::Admin,
    about: "may do everything, users too",
};

/// Everybody, in the order in which they are told.
pub const PEOPLE: [Person; 3] = [INVESTOR, OPERATOR, ADMIN];

type Seed = Box<dyn Fn(Stage) -> BoxFuture<'static, Result<()>> + Send + Sync>;
type Step = Box<dyn Fn(Scene) -> BoxFuture<'static, Result<()>> + Send + Sync>;
type Spotlight = Box<dyn Fn(Ctx) -> BoxFuture<'static, Result<Vec<Id>>> + Send + Sync>;

/// What a feature contributes to a demonstration.
#[derive(Default)]
pub struct Demo {
    seed: Option<Seed>,
    step: Option<Step>,
    spotlight: Option<(&'static str, Spotlight)>,
}

impl Demo {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// What it makes up for a new database. It is run to its end once; a run that broke off is
    /// begun again, so whatever is there already must be left as it is. In transactions of a few
    /// hundred rows.
    #[must_use]
    pub fn seed<F, Fut>(mut self, seed: F) -> Self
    where
        F: Fn(Stage) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        self.seed = Some(Box::new(move |stage| Box::pin(seed(stage))));
        self
    }

    /// What happens by itself afterwards: called every [`TICK`], on one node. It is to return
    /// soon, and to leave alone whatever the demonstration has not made.
    #[must_use]
    pub fn simulate<F, Fut>(mut self, step: F) -> Self
    where
        F: Fn(Scene) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        self.step = Some(Box::new(move |scene| Box::pin(step(scene))));
        self
    }

    /// Which objects of a kind people look at: what happens, happens to these first. At most a few
    /// hundred.
    #[must_use]
    pub fn spotlight<F, Fut>(mut self, kind: &'static str, find: F) -> Self
    where
        F: Fn(Ctx) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Vec<Id>>> + Send + 'static,
    {
        self.spotlight = Some((kind, Box::new(move |ctx| Box::pin(find(ctx)))));
        self
    }
}

/// What was made so far, by kind.
type Props = Arc<Mutex<BTreeMap<&'static str, Vec<Id>>>>;

/// What a seed works with.
pub struct Stage {
    /// The house. Its reactions have applied what the features before have made.
    pub ctx: Ctx,
    /// The feature's own dice: the same in a repeated run.
    pub dice: Dice,
    /// When the first run began: the same in a repeated run.
    pub began_at: Timestamp,
    /// Where to say what was made, a line each.
    pub report: Reporter,
    props: Props,
}

impl Stage {
    /// Leaves objects of a kind for the features behind it.
    pub fn leave(&self, kind: &'static str, ids: Vec<Id>) {
        self.props.lock().unwrap_or_else(PoisonError::into_inner).insert(kind, ids);
    }

    /// The objects of a kind that a feature before it has left.
    pub fn left(&self, kind: &str) -> Vec<Id> {
        let props = self.props.lock().unwrap_or_else(PoisonError::into_inner);
        props.get(kind).cloned().unwrap_or_default()
    }
}

/// How much is to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// Somebody has just come: something to see within seconds.
    Lively,
    /// People are there.
    Calm,
    /// Nobody is there.
    Idle,
}

/// What a step works with.
pub struct Scene {
    /// The house.
    pub ctx: Ctx,
    /// Dice for this step.
    pub dice: Dice,
    /// How much is to happen.
    pub pace: Pace,
    spotlight: Arc<BTreeMap<&'static str, Vec<Id>>>,
    lease: Arc<Lease>,
}

impl Scene {
    /// The objects of a kind that people look at.
    pub fn spotlight(&self, kind: &str) -> &[Id] {
        self.spotlight.get(kind).map_or(&[], Vec::as_slice)
    }

    /// What guards the writes of this step.
    pub fn turn(&self) -> Turn {
        Turn(self.lease.clone())
    }
}

/// That it is this node's turn to have something happen.
#[derive(Clone)]
pub struct Turn(Arc<Lease>);

impl Turn {
    /// Whether it still is, and stays so until `tx` has ended. Every write of a step asks first,
    /// and does nothing when it is not: the node may have slept while another took over.
    ///
    /// # Errors
    /// What the database said.
    pub async fn holds(&self, tx: &Tx) -> store::Result<bool> {
        self.0.holds(tx).await
    }
}
