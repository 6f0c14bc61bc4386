//! Queries and paths: the same strictness as for bodies.

use axum::{
    extract::{FromRequestParts, rejection::PathRejection},
    http::request::Parts,
};
use domain::Id;
use serde::de::DeserializeOwned;

use crate::{
    error::{Error, Result},
    json,
};

/// The query string as a `T`; what does not fit is `invalid` (422), naming the parameter. Other
/// parameters are ignored unless `T` denies them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Query<T>(pub T);

impl<T, S> FromRequestParts<S> for Query<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        from_query(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

/// Decodes a query string.
///
/// # Errors
/// `invalid`, naming the parameter.
pub fn from_query<T: DeserializeOwned>(query: &str) -> Result<T> {
    let pairs = form_urlencoded::parse(query.as_bytes());
    for (name, value) in pairs {
        if name.contains('\0') || value.contains('\0') {
            let field = name.replace('\0', "");
            return Err(Error::invalid(field, "nul", "must not contain the character NUL"));
        }
    }
    let decoder = serde_urlencoded::Deserializer::new(pairs);
    serde_path_to_error::deserialize(decoder)
        .map_err(|error| json::wrong_shape(error.path(), &error.inner().to_string()))
}

/// The parameters of the path as a `T`: one value, or a tuple in the order of the path. What is
/// not a `T` (an id that is no UUID) does not exist: `not_found`, never an error of form.
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

impl<T, S> FromRequestParts<S> for Path<T>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        if parts.uri.path().contains("%00") {
            return Err(Error::not_found());
        }
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(PathRejection::FailedToDeserializePathParams(error))
                if error.status().is_client_error() =>
            {
                Err(Error::not_found())
            }
            // The handler asks for what its route does not have.
            Err(rejection) => Err(Error::internal(rejection)),
        }
    }
}

/// The one id in the path; anything that is not an id is `not_found`.
#[derive(Debug, Clone, Copy)]
pub struct PathId(pub Id);

impl<S: Send + Sync> FromRequestParts<S> for PathId {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let Path(id) = Path::<Id>::from_request_parts(parts, state).await?;
        Ok(Self(id))
    }
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, http::Request, routing::get};
    use domain::UserId;
    use serde::Deserialize;
    use tower::ServiceExt;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Search {
        radius_km: u32,
        city: Option<String>,
    }

    #[test]
    fn queries() {
        let found: Search = from_query("radius_km=5&city=S%C3%A3o+Paulo&other=1").unwrap();
        assert_eq!(found.city.as_deref(), Some("São Paulo"));
        let cases = [
            ("", "required", "radius_km"),
            ("radius_km=x", "invalid_value", "radius_km"),
            ("radius_km=-1", "invalid_value", "radius_km"),
            ("radius_km=1&radius_km=2", "duplicate", "radius_km"),
            ("radius_km=1&city=a%00b", "nul", "city"),
        ];
        for (query, code, field) in cases {
            let error = from_query::<Search>(query).unwrap_err();
            assert_eq!(error.code().status, 422);
            let first = &error.fields()[0];
            assert_eq!((&*first.code, &*first.field), (code, field), "{query}: {error}");
        }
    }

    #[tokio::test]
    async fn what_is_no_id_is_not_found() {
        let router: Router = Router::new()
            .route("/one/{id}", get(async |PathId(id): PathId| id.to_string()))
            .route("/two/{id}/{name}", get(async |Path((_, name)): Path<(UserId, String)>| name));
        let id = "0190a5b8-7b1e-7c3d-8f00-1234567890ab";
        let cases = [
            (format!("/one/{id}"), 200),
            ("/one/17".to_owned(), 404),
            (format!("/one/{id}%00"), 404),
            (format!("/two/{id}/x"), 200),
            ("/two/x/x".to_owned(), 404),
            (format!("/two/{id}/a%00"), 404),
            (format!("/two/{id}/%ff"), 404),
        ];
        for (path, status) in cases {
            let request = Request::get(&path).body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status().as_u16(), status, "{path}");
        }
    }
}
