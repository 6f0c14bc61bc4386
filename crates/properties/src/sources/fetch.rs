//! A source that is asked by HTTP: one file, or the pages of a RESO Web API.

use std::{collections::HashSet, time::Duration};

use kit::{
    Result,
    config::{Hidden, SecretUrl},
    http::{Get, Got, Validators, same_origin},
};

use super::{
    pull::{Ended, Wrong},
    state::{RunOf, State},
};
use crate::import::{Import, Options};

/// What we can read.
const ACCEPT: &str = "text/csv, application/json, application/x-ndjson, */*;q=0.1";
/// How long one answer may take.
const TIMEOUT: Duration = Duration::from_secs(600);
/// The most bytes of one answer, decompressed.
const MAX_BYTES: u64 = 512 << 20;
/// The most pages of one run.
const MAX_PAGES: usize = 2_000;

/// Where to ask.
pub(super) struct Place<'p> {
    pub(super) url: &'p SecretUrl,
    pub(super) token: Option<&'p Hidden>,
    /// The fingerprint of what decides what an answer means.
    pub(super) settings: String,
}

/// Asks the source and imports what it answers.
///
/// # Errors
/// What is not the source's doing.
pub(super) async fn pull(run: &RunOf, state: &State, place: Place<'_>) -> Result<Ended> {
    match pages(run, state, &place).await {
        Ok(ended) => Ok(ended),
        Err(Stop::Source(wrong)) => Ok(Ended::Badly(wrong)),
        Err(Stop::Ours(error)) => Err(error),
    }
}

/// Why it does not go on.
enum Stop {
    Source(Wrong),
    Ours(kit::Error),
}

impl From<kit::http::HttpError> for Stop {
    fn from(error: kit::http::HttpError) -> Self {
        Self::Source(Wrong { message: error.message, retry_after: error.retry_after })
    }
}

impl From<kit::Error> for Stop {
    fn from(error: kit::Error) -> Self {
        Wrong::of(error).map_or_else(Self::Ours, Self::Source)
    }
}

fn stop(message: impl Into<String>) -> Stop {
    Stop::Source(Wrong { message: message.into(), retry_after: None })
}

async fn pages(run: &RunOf, state: &State, place: &Place<'_>) -> Result<Ended, Stop> {
    // What an answer was before the map changed says nothing of what it means now.
    let is_known = state.settings.as_ref() == Some(&place.settings);
    let known = Validators {
        etag: state.etag.clone().filter(|_| is_known),
        last_modified: state.last_modified.clone().filter(|_| is_known),
    };
    let home = place.url.expose();
    let get = |url: String, known| Get {
        url,
        bearer: place.token.cloned(),
        accept: ACCEPT,
        known,
        timeout: TIMEOUT,
        max_bytes: MAX_BYTES,
    };
    let http = run.ctx.http();
    let Got::Body { mut input, validators } = http.get(get(home.to_owned(), known)).await? else {
        return Ok(Ended::Well);
    };
    run.forget_validators().await?;
    let options = Options::of_source(&run.source);
    let mut import = Import::start(&run.ctx, run.tenant, options, Some(run.run), None).await?;
    let taken = async {
        let (mut seen, mut page) = (HashSet::from([home.to_owned()]), 1);
        while let Some(link) = import.take(input).await? {
            page += 1;
            if page > MAX_PAGES {
                return Err(stop(format!("it has more than {MAX_PAGES} pages")));
            }
            let url = same_origin(home, &link)?;
            if !seen.insert(url.clone()) {
                return Err(stop("its pages lead back to one that was read already"));
            }
            import.prefix(format!("page {page}: "));
            input = match http.get(get(url, Validators::default())).await? {
                Got::Body { input, .. } => input,
                Got::NotModified => return Err(stop("a page is said not to have changed")),
            };
        }
        Ok(page)
    };
    let pages = match taken.await {
        Ok(pages) => pages,
        Err(Stop::Source(wrong)) => {
            import.break_off().await?;
            return Err(Stop::Source(wrong));
        }
        Err(ours) => return Err(ours),
    };
    import.finish().await?;
    // The first page's validators say nothing of the others.
    let validators = if pages == 1 { validators } else { Validators::default() };
    run.remember(validators, place.settings.clone()).await?;
    Ok(Ended::Well)
}
