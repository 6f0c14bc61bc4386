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
            estimated_value_minor, currency, bedrooms, bathrooms, living_area
        from properties
        where id = $2 and tenant is not distinct from $1 and deleted_at is null";
    EXISTS = "select 1 from properties
        where id = $2 and tenant is not distinct from $1 and deleted_at is null";

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
    REMOVE = "update properties set version = $3, deleted_at = $4, updated_at = $4,
            address_key = null, parcel_key = null
        where id = $2 and tenant is not distinct from $1";
    INSERT_LINK = "insert into properties_sources (tenant, source, source_id, property, at)
        values ($1, $2, $3, $4, $5) on conflict do nothing";
    REMOVE_LINKS = "delete from properties_sources
        where property = $2 and tenant is not distinct from $1";
    INSERT_HISTORY = "insert into properties_history
            (tenant, property, version, field, old, new, source, at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)";
    HISTORY = "select version, field, old, new, source, at from properties_history
        where property = $1 and tenant = $2 and (version < $3 or (version = $3 and field > $4))
        order by version desc, field limit $5";

    // The list in its orders. $2 state, $3 city in lower case, $4 status, $5 type, $6 and $7 the
    // opening bid, $8 and $9 the date; the place behind which it goes on: $10 the id, $11 the key.
    LIST_BY_ID = "select id, version, street, city, state, zip_code, county, address_key,
            parcel_number, parcel_key, latitude, longitude, time_zone, kind, status, auction_date,
            auction_time, auction_at, venue, opening_bid_minor, estimated_value_minor,
            judgment_amount_minor, list_price_minor, bedrooms, bathrooms, living_area, lot_size,
            year_built, trustee, case_number, description, created_at, updated_at
        from properties where tenant = $1 and deleted_at is null
            and (cast($2 as text) is null or state = $2)
            and (cast($3 as text) is null or lower(city) = $3)
            and (cast($4 as text) is null or status = $4)
            and (cast($5 as text) is null or kind = $5)
            and (cast($6 as {int}) is null or opening_bid_minor >= $6)
            and (cast($7 as {int}) is null or opening_bid_minor <= $7)
            and (cast($8 as text) is null or auction_date >= $8)
            and (cast($9 as text) is null or auction_date <= $9)
            and id > $10
        order by id limit $11";
    LIST_BY_DATE = "select id, version, street, city, state, zip_code, county, address_key,
            parcel_number, parcel_key, latitude, longitude, time_zone, kind, status, auction_date,
            auction_time, auction_at, venue, opening_bid_minor, estimated_value_minor,
            judgment_amount_minor, list_price_minor, bedrooms, bathrooms, living_area, lot_size,
            year_built, trustee, case_number, description, created_at, updated_at
        from properties where tenant = $1 and deleted_at is null
            and (cast($2 as text) is null or state = $2)
            and (cast($3 as text) is null or lower(city) = $3)
            and (cast($4 as text) is null or status = $4)
            and (cast($5 as text) is null or kind = $5)
            and (cast($6 as {int}) is null or opening_bid_minor >= $6)
            and (cast($7 as {int}) is null or opening_bid_minor <= $7)
            and (cast($8 as text) is null or auction_date >= $8)
            and (cast($9 as text) is null or auction_date <= $9)
            and (coalesce(auction_date, '9999-12-31'), id) > ($11, $10)
        order by coalesce(auction_date, '9999-12-31'), id limit $12";
    LIST_BY_UPDATE = "select id, version, street, city, state, zip_code, county, address_key,
            parcel_number, parcel_key, latitude, longitude, time_zone, kind, status, auction_date,
            auction_time, auction_at, venue, opening_bid_minor, estimated_value_minor,
            judgment_amount_minor, list_price_minor, bedrooms, bathrooms, living_area, lot_size,
            year_built, trustee, case_number, description, created_at, updated_at
        from properties where tenant = $1 and deleted_at is null
            and (cast($2 as text) is null or state = $2)
            and (cast($3 as text) is null or lower(city) = $3)
            and (cast($4 as text) is null or status = $4)
            and (cast($5 as text) is null or kind = $5)
            and (cast($6 as {int}) is null or opening_bid_minor >= $6)
            and (cast($7 as {int}) is null or opening_bid_minor <= $7)
            and (cast($8 as text) is null or auction_date >= $8)
            and (cast($9 as text) is null or auction_date <= $9)
            and (updated_at, id) < ($11, $10)
        order by updated_at desc, id desc limit $12";
}
