//! `/ws/test/`: the socket laboratory. Anyone may open it, signed in or not, to see whether frames
//! come through, how long they take, and what becomes of a token.

use std::sync::{Arc, Mutex, PoisonError};

use domain::{SharedClock, UserId};
use hub::{BoxFuture, ClientFrame, Endpoint, Refusal, Session};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::{FrameSpec, Module, SocketRoute, session_state};

const PATH: &str = "/ws/test";
/// Why nobody is signed in where no token was brought.
const NO_TOKEN: &str = "no_token";

/// The laboratory as a part of every house.
pub(crate) fn module() -> Module {
    let about = "the socket laboratory: echoes, answers to `ping`, and what became of a token";
    let socket = SocketRoute::new(PATH, about, |ctx, _| Arc::new(Laboratory(ctx.clock().clone())));
    Module::new("laboratory").socket(socket.public()).frames(frames())
}

fn frames() -> [FrameSpec; 4] {
    [
        FrameSpec::received::<Echo>("echo", PATH, "asks for the same message back"),
        FrameSpec::received::<AuthTest>("auth_test", PATH, "asks who this connection is"),
        FrameSpec::sent::<Echoed<'static>>("echo", PATH, "the message as it came"),
        FrameSpec::sent::<AuthStatus<'static>>(
            "auth_status",
            PATH,
            "who this connection is, or why it is nobody",
        ),
    ]
}

/// `echo`.
#[derive(Deserialize, ToSchema)]
struct Echo {
    /// Any JSON.
    #[schema(value_type = Value)]
    message: Box<RawValue>,
}

/// `auth_test`.
#[derive(ToSchema)]
struct AuthTest {}

/// The answer to `echo`.
#[derive(Serialize, ToSchema)]
struct Echoed<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    /// As in the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Value>)]
    id: Option<&'a RawValue>,
    /// As it came, to the letter.
    #[schema(value_type = Value)]
    message: &'a RawValue,
    /// The server's clock, in Unix milliseconds.
    ts: i64,
}

/// The answer to `auth_test`.
#[derive(Serialize, ToSchema)]
struct AuthStatus<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    /// As in the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Value>)]
    id: Option<&'a RawValue>,
    /// Whether a user is signed in.
    authenticated: bool,
    /// Who.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<UserId>,
    /// Their roles at sign-in; none of nobody.
    roles: Vec<&'static str>,
    /// When the token runs out, in Unix milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<i64>,
    /// Why nobody is signed in: `no_token`, or the code with which the last token was refused. Also
    /// there when a signed-in connection was brought a bad token.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// Why the last token of a connection was refused.
#[derive(Default)]
struct Refused(Mutex<Option<String>>);

impl Refused {
    fn set(&self, code: Option<String>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = code;
    }

    fn get(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

struct Laboratory(SharedClock);

impl Endpoint for Laboratory {
    fn name(&self) -> &'static str {
        "/ws/test"
    }

    fn greets(&self) -> bool {
        true
    }

    fn claims(&self, kind: &str) -> bool {
        kind == "auth"
    }

    fn start(&self, _: Session) -> BoxFuture<'static, Result<(), Refusal>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn verb(
        &self,
        session: Session,
        frame: ClientFrame,
    ) -> BoxFuture<'static, Result<Option<Box<RawValue>>, Refusal>> {
        let clock = self.0.clone();
        Box::pin(async move {
            match frame.kind() {
                "echo" => {
                    let echo: Echo = frame.parse()?;
                    let ts = clock.now().as_millis();
                    let (id, message) = (frame.id(), &*echo.message);
                    session.send_value(&Echoed { kind: "echo", id, message, ts });
                }
                "auth_test" => auth_test(&session, frame.id()),
                "auth" => auth(&session, frame).await?,
                other => return Err(Refusal::unknown_type(other)),
            }
            Ok(None)
        })
    }
}

/// Signs in as everywhere, and remembers what was wrong.
async fn auth(session: &Session, frame: ClientFrame) -> Result<(), Refusal> {
    let outcome = session.engine_verb(frame).await;
    let code = outcome.as_ref().err().map(|refusal| refusal.code.clone().into_owned());
    session_state::<Refused>(session).set(code);
    outcome
}

fn auth_test(session: &Session, id: Option<&RawValue>) {
    let scope = session.scope();
    let authenticated = scope.user_id().is_some();
    let refused = session_state::<Refused>(session).get();
    let reason = refused.or_else(|| (!authenticated).then(|| NO_TOKEN.to_owned()));
    session.send_value(&AuthStatus {
        kind: "auth_status",
        id,
        authenticated,
        user_id: scope.user_id(),
        roles: scope.roles().iter().map(domain::Role::as_str).collect(),
        expires_at: session.expires_at().map(domain::Timestamp::as_millis),
        reason,
    });
}
