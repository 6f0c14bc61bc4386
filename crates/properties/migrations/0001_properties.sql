create table properties (
    id {id} not null primary key,
    tenant {id} not null,
    version {int} not null,
    street {text} not null,
    city {text} not null,
    state {text} not null,
    zip_code {text},
    county {text},
    address_key {text},
    parcel_number {text},
    parcel_key {text},
    latitude {real},
    longitude {real},
    time_zone {text} not null,
    kind {text},
    status {text} not null,
    auction_date {text},
    auction_time {text},
    auction_at {int},
    venue {text},
    opening_bid_minor {int},
    estimated_value_minor {int},
    judgment_amount_minor {int},
    list_price_minor {int},
    currency {text} not null,
    bedrooms {int},
    bathrooms {int},
    living_area {int},
    lot_size {int},
    year_built {int},
    trustee {text},
    case_number {text},
    description {text},
    deleted_at {int},
    created_at {int} not null,
    updated_at {int} not null
) {strict};

-- One house is one property; a deleted one has no keys and leaves its place free. Why the tenant
-- stands last, and why none of these is partial: see sql.rs.
create unique index properties_address on properties (address_key, tenant);
create unique index properties_parcel on properties (parcel_key, tenant);

-- The orders of the list. Unknown dates come last.
create index properties_by_date on properties (tenant, (coalesce(auction_date, '9999-12-31')), id);
create index properties_by_update on properties (tenant, updated_at, id);
create index properties_by_id on properties (tenant, id);

-- Under which name a source knows a property. Deleting a row undoes a merge.
create table properties_sources (
    tenant {id} not null,
    source {text} not null,
    source_id {text} not null,
    property {id} not null,
    at {int} not null,
    primary key (source_id, source, tenant)
) {strict};
create index properties_sources_property on properties_sources (property, tenant);

-- Every change of a field. `old` and `new` are JSON texts as REST shows the field.
create table properties_history (
    tenant {id} not null,
    property {id} not null,
    version {int} not null,
    field {text} not null,
    old {text},
    new {text},
    source {text} not null,
    at {int} not null,
    primary key (property, version, field)
) {strict};
