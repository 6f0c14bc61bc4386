//! Every statement of the properties.

use store::statements;

statements! {
    // What looks for one row compares the tenant by `is not distinct from`, which uses no index:
    // PostgreSQL, before its first look at a table's numbers, believes that any index that begins
    // with the tenant finds one row, and would read a whole tenant for each look. For the same
    // reason no index is partial: it takes one whose size it does not know for an empty one.
    //
    // One row by its id. The order of the columns is that of `row::Stored`.
    BY_ID = "select id, version, street, city, state, zip_code, county, address_key,
            parcel_number, parcel_key, latitude, longitude, time_zone, kind, status, auction_date,
            auction_time, auction_at, venue, opening_bid_minor, estimated_value_minor,
            judgment_amount_minor, list_price_minor, bedrooms, bathrooms, living_area, lot_size,
            year_built, trustee, case_number, description, created_at, updated_at
        from properties
        where id = $2 and tenant is not distinct from $1 and deleted_at is null";
    LOCATE = "select
        (select property from properties_sources
            where source_id = $3 and source = $2 and tenant is not distinct from $1),
        (select id from properties
            where address_key = $4 and tenant is not distinct from $1),
        (select id from properties
            where parcel_key = $5 and tenant is not distinct from $1),
        (select property from properties_sources_parted
            where source_id = $3 and source = $2 and tenant is not distinct from $1),
        (select said from properties_sources
            where source_id = $3 and source = $2 and tenant is not distinct from $1)";
    BY_ADDRESS = "select id from properties
        where address_key = $2 and tenant is not distinct from $1";
    BY_PARCEL = "select id from properties
        where parcel_key = $2 and tenant is not distinct from $1";
    OTHER_LINKS = "select count(*) from properties_sources
        where property = $2 and tenant is not distinct from $1
            and not (source = $3 and source_id = $4)";
    FACTS = "select id, version, street, city, state, zip_code, status, kind, latitude, longitude,
            auction_date, auction_time, time_zone, auction_at, opening_bid_minor,
            estimated_value_minor, currency, bedrooms, bathrooms, living_area, updated_at
        from properties
        where id = $2 and tenant is not distinct from $1 and deleted_at is null";
    EXISTS = "select 1 from properties
        where id = $2 and tenant is not distinct from $1 and deleted_at is null";

    // A stretch of a tenant's properties, the newest first: how long it is, and where it ends.
    STRETCH = sqlite "select count(*), min(id) from (
            select id from properties where tenant = $1 and id < $2 order by id desc limit $3)",
        postgres "select count(*), (array_agg(id order by id))[1] from (
            select id from properties where tenant = $1 and id < $2
            order by id desc limit $3) as stretch";
    SIFT = sqlite "select id, version, street, city, state, zip_code, status, kind, latitude,
            longitude, auction_date, auction_time, time_zone, auction_at, opening_bid_minor,
            estimated_value_minor, currency, bedrooms, bathrooms, living_area, updated_at
        from properties where tenant = $1 and id < $2 and id >= $3 and deleted_at is null
            and ($4 is null or state in (select value from json_each($4)))
            and ($5 is null or latitude between $5 and $6)
            and ($7 is null or opening_bid_minor >= $7)
            and ($8 is null or opening_bid_minor <= $8)",
        postgres "select id, version, street, city, state, zip_code, status, kind, latitude,
            longitude, auction_date, auction_time, time_zone, auction_at, opening_bid_minor,
            estimated_value_minor, currency, bedrooms, bathrooms, living_area, updated_at
        from properties where tenant = $1 and id < $2 and id >= $3 and deleted_at is null
            and ($4::jsonb is null
                or state in (select jsonb_array_elements_text($4::jsonb)))
            and ($5::double precision is null or latitude between $5 and $6)
            and ($7::bigint is null or opening_bid_minor >= $7)
            and ($8::bigint is null or opening_bid_minor <= $8)";

    INSERT = "insert into properties (id, tenant, version, street, city, state, zip_code, county,
            address_key, parcel_number, parcel_key, latitude, longitude, time_zone, kind, status,
            auction_date, auction_time, auction_at, venue, opening_bid_minor,
            estimated_value_minor, judgment_amount_minor, list_price_minor, bedrooms, bathrooms,
            living_area, lot_size, year_built, trustee, case_number, description, created_at,
            updated_at, currency)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
            $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35)
        on conflict do nothing";
    UPDATE = "update properties set version = $3, street = $4, city = $5, state = $6,
            zip_code = $7, county = $8, address_key = $9, parcel_number = $10, parcel_key = $11,
            latitude = $12, longitude = $13, time_zone = $14, kind = $15, status = $16,
            auction_date = $17, auction_time = $18, auction_at = $19, venue = $20,
            opening_bid_minor = $21, estimated_value_minor = $22, judgment_amount_minor = $23,
            list_price_minor = $24, bedrooms = $25, bathrooms = $26, living_area = $27,
            lot_size = $28, year_built = $29, trustee = $30, case_number = $31,
            description = $32, created_at = $33, updated_at = $34
        where id = $1 and tenant is not distinct from $2 and version = $35
            and deleted_at is null";
    SET_KEYS = "update properties set address_key = $3, parcel_key = $4
        where id = $2 and tenant is not distinct from $1";
    REMOVE = "update properties set version = $3, deleted_at = $4, updated_at = $4,
            address_key = null, parcel_key = null
        where id = $2 and tenant is not distinct from $1";
    // A link that leads to a deleted property leads nowhere, and its name is free.
    INSERT_LINK = "insert into properties_sources (tenant, source, source_id, property, at, said)
        values ($1, $2, $3, $4, $5, $6)
        on conflict (source_id, source, tenant) do update
            set property = excluded.property, at = excluded.at, said = excluded.said
            where exists (select 1 from properties
                where id = properties_sources.property and deleted_at is not null)";
    SAID = "update properties_sources set said = $4
        where source_id = $3 and source = $2 and tenant is not distinct from $1";
    REMOVE_LINKS = "delete from properties_sources
        where property = $2 and tenant is not distinct from $1";
    INSERT_HISTORY = "insert into properties_history
            (tenant, property, version, field, old, new, source, at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)";
    HISTORY = "select version, field, old, new, source, at from properties_history
        where property = $1 and tenant = $2 and (version < $3 or (version = $3 and field > $4))
        order by version desc, field limit $5";

    // For demonstrations: what a source knows under a name, under which name it knows something,
    // how many it has in each status, and which of its auctions should be over.
    OF_SOURCE = "select property from properties_sources
        where source_id = $3 and source = $2 and tenant is not distinct from $1";
    IS_OF_SOURCE = "select 1 from properties_sources
        where property = $3 and source = $2 and tenant is not distinct from $1";
    CENSUS = "select p.status, count(*)
        from properties_sources s join properties p on p.id = s.property
        where s.tenant = $1 and s.source = $2 and p.deleted_at is null group by p.status";
    OVERDUE = "select p.id from properties p
        where p.tenant = $1 and p.deleted_at is null and p.status = 'auction'
            and p.auction_at <= $3 and coalesce(p.auction_date, '9999-12-31') <= $4
            and exists (select 1 from properties_sources s
                where s.property = p.id and s.source = $2 and s.tenant is not distinct from $1)
        order by coalesce(p.auction_date, '9999-12-31'), p.id limit $5";
}
