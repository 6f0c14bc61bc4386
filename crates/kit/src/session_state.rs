//! What features remember of a connection.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use hub::Session;

/// One value of each type: on `/ws` several features share a connection, and the engine keeps one
/// value for all of them.
#[derive(Default)]
struct Shelf(Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>);

/// The feature's own state of this connection, made at the first call and gone with the
/// connection. Use it in the place of [`Session::state`], which holds a single type.
pub fn session_state<T: Default + Send + Sync + 'static>(session: &Session) -> Arc<T> {
    let shelf = session.state::<Shelf>();
    let mut values = shelf.0.lock().unwrap_or_else(PoisonError::into_inner);
    let value = values.entry(TypeId::of::<T>()).or_insert_with(|| Arc::new(T::default()));
    // The key is the type of the value.
    value.clone().downcast().unwrap_or_default()
}
