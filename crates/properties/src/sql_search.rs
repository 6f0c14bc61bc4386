//! The statements of the search: how a page is found, and the texts that it looks into.
//!
//! A page is found in two steps: first which properties, by narrow rows of keys, then the rows
//! themselves. What several statements have in common is written once, so these are put together
//! by `concat!` where [`store::statements`] takes one literal.

use store::Statement;

/// $2 state, $3 city in lower case, $4 status, $5 type, $6 and $7 the opening bid, $8 and $9 the
/// date; what is null does not matter.
macro_rules! filter {
    () => {
        " and deleted_at is null
            and (cast($2 as text) is null or state = $2)
            and (cast($3 as text) is null or lower(city) = $3)
            and (cast($4 as text) is null or status = $4)
            and (cast($5 as text) is null or kind = $5)
            and (cast($6 as {int}) is null or opening_bid_minor >= $6)
            and (cast($7 as {int}) is null or opening_bid_minor <= $7)
            and (cast($8 as text) is null or auction_date >= $8)
            and (cast($9 as text) is null or auction_date <= $9)"
    };
}

/// What a candidate is ordered and placed by; the order is that of `search::Keys`.
macro_rules! keys {
    () => {
        "select id, latitude, longitude, auction_date, updated_at from properties"
    };
}

/// The whole row; the order is that of `row::Stored`.
macro_rules! rows {
    () => {
        "select id, version, street, city, state, zip_code, county, address_key,
            parcel_number, parcel_key, latitude, longitude, time_zone, kind, status, auction_date,
            auction_time, auction_at, venue, opening_bid_minor, estimated_value_minor,
            judgment_amount_minor, list_price_minor, bedrooms, bathrooms, living_area, lot_size,
            year_built, trustee, case_number, description, created_at, updated_at
        from properties"
    };
}

/// Ids as a JSON array in $10. The tenant is compared so that no index answers for it: see sql.rs.
macro_rules! of_ids {
    (sqlite) => {
        " where id in (select unhex(replace(value, '-', '')) from json_each($10))
            and tenant is not distinct from $1"
    };
    (postgres) => {
        " where id in (select jsonb_array_elements_text($10::jsonb)::uuid)
            and tenant is not distinct from $1"
    };
}

/// The cell of a place, as the index has it.
macro_rules! cell {
    (sqlite) => {
        "(cast((latitude + 90.0) * 20.0 as integer) * 7201
            + cast((longitude + 180.0) * 20.0 as integer))"
    };
    (postgres) => {
        "(floor((latitude + 90.0) * 20.0)::bigint * 7201
            + floor((longitude + 180.0) * 20.0)::bigint)"
    };
}

/// The places in the cells $2 to $3; in the first of them those behind the id $4.
macro_rules! places {
    ($dialect:ident) => {
        concat!(
            "select ",
            cell!($dialect),
            ", id, latitude, longitude from properties
            where tenant = $1 and deleted_at is null and ",
            cell!($dialect),
            " between $2 and $3
                and (",
            cell!($dialect),
            " > $2 or id > $4)
            order by ",
            cell!($dialect),
            ", id limit $5"
        )
    };
}

macro_rules! composed {
    ($($(#[$about:meta])* $name:ident = $sqlite:expr, $postgres:expr;)+) => {
        $($(#[$about])* pub(crate) static $name: Statement = Statement::new(
            concat!(module_path!(), "::", stringify!($name)), $sqlite, $postgres);)+
        /// Every statement above; a test prepares them on both databases.
        pub(crate) static COMPOSED: &[&Statement] = &[$(&$name),+];
    };
}

composed! {
    /// The list in the order of ids, behind the id $10.
    WALK_BY_ID =
        concat!(keys!(), " where tenant = $1", filter!(), " and id > $10 order by id limit $11"),
        concat!(keys!(), " where tenant = $1", filter!(), " and id > $10 order by id limit $11");
    /// The next auction first, behind the date $11 and the id $10.
    WALK_BY_DATE =
        concat!(keys!(), " where tenant = $1", filter!(), "
            and (coalesce(auction_date, '9999-12-31'), id) > ($11, $10)
            order by coalesce(auction_date, '9999-12-31'), id limit $12"),
        concat!(keys!(), " where tenant = $1", filter!(), "
            and (coalesce(auction_date, '9999-12-31'), id) > ($11, $10)
            order by coalesce(auction_date, '9999-12-31'), id limit $12");
    /// The latest change first, behind the instant $11 and the id $10.
    WALK_BY_UPDATE =
        concat!(keys!(), " where tenant = $1", filter!(), "
            and (updated_at, id) < ($11, $10) order by updated_at desc, id desc limit $12"),
        concat!(keys!(), " where tenant = $1", filter!(), "
            and (updated_at, id) < ($11, $10) order by updated_at desc, id desc limit $12");
    /// Those of the ids in $10 that pass the filter, in any order.
    KEYS_OF =
        concat!(keys!(), of_ids!(sqlite), filter!()),
        concat!(keys!(), of_ids!(postgres), filter!());
    /// The same with their whole rows.
    ROWS_OF =
        concat!(rows!(), of_ids!(sqlite), filter!()),
        concat!(rows!(), of_ids!(postgres), filter!());
    /// What lies in a run of cells.
    PLACES = places!(sqlite), places!(postgres);
}

store::statements! {
    // Properties that have all the words: on SQLite as a query of the index within the tenant's
    // range of documents, on PostgreSQL as three patterns.
    WITH_WORDS = sqlite "select t.property
        from properties_text_index i cross join properties_text t
        where i.body match $2 and i.rowid between $3 and $4 and t.doc = i.rowid and t.tenant = $1
        limit $5",
    postgres "select property from properties_text
        where tenant = $1 and body like $2 and body like $3 and body like $4 limit $5";

    TURN = "select id from properties_text_turn where id = 1";
    // One that is being read is about to go, and what was read is old by now: the update waits for
    // its end and then adds it anew, where `do nothing` would take it for good enough.
    DUE_ADD = "insert into properties_text_due (property, tenant) values ($1, $2)
        on conflict (property) do update set tenant = excluded.tenant";
    // The newest first: what has just come in does not wait for what has always been there.
    DUE_TAKE = sqlite "select property, tenant from properties_text_due
        order by property desc limit $1",
    postgres "select property, tenant from properties_text_due
        order by property desc limit $1 for update skip locked";
    DUE_ANY = "select property from properties_text_due limit 1";
    DUE_DROP = "delete from properties_text_due where property = $1";
    TEXT_OF = "select street, city, state, zip_code, county, description from properties
        where id = $2 and tenant is not distinct from $1 and deleted_at is null";
    // A document between $3 and $4 for a property that has none.
    TEXT_ADD = sqlite "insert into properties_text (doc, tenant, property)
        select coalesce(max(doc), $3) + 1, $1, $2 from properties_text where doc > $3 and doc < $4
        on conflict (property, tenant) do nothing",
    postgres "insert into properties_text (tenant, property, body)
        select $1, $2, '' where cast($3 as bigint) < $4
        on conflict (property, tenant) do nothing";
    TEXT_SET = sqlite "insert or replace into properties_text_index (rowid, body)
        select doc, $3 from properties_text
        where property = $2 and tenant is not distinct from $1",
    postgres "update properties_text set body = $3
        where property = $2 and tenant is not distinct from $1";
    TEXT_CLEAR = sqlite "delete from properties_text_index where rowid in
        (select doc from properties_text
            where property = $2 and tenant is not distinct from $1)",
    postgres "update properties_text set body = ''
        where property = $2 and tenant is not distinct from $1";
    TEXT_DROP = "delete from properties_text
        where property = $2 and tenant is not distinct from $1";
}
