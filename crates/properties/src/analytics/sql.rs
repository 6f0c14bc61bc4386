//! The one statement of the analytics.

use store::statements;

statements! {
    // $2 and $3 the dates, $4 the state, $5 the city in lower case; the place behind which it goes
    // on: $6 the date, $7 the id. The expression is that of the index `properties_by_date`.
    AUCTIONS = "select p.id, p.auction_date, p.city, p.state, p.kind, p.status,
            p.opening_bid_minor, p.estimated_value_minor, p.created_at,
            case when p.status = 'sold' then (select max(h.at) from properties_history h
                where h.property = p.id and h.tenant = p.tenant
                    and h.field = 'status' and h.new = '\"sold\"') end
        from properties p
        where p.tenant = $1 and p.deleted_at is null and p.auction_date is not null
            and coalesce(p.auction_date, '9999-12-31') >= $2
            and coalesce(p.auction_date, '9999-12-31') <= $3
            and (cast($4 as text) is null or p.state = $4)
            and (cast($5 as text) is null or lower(p.city) = $5)
            and (coalesce(p.auction_date, '9999-12-31'), p.id) > ($6, $7)
        order by coalesce(p.auction_date, '9999-12-31'), p.id limit $8";
}
