//! Every statement of the auctions.

use store::{Statement, statements};

statements! {
    // The columns of an auction in the order of `rows::Lot`.
    LOT = "select id, tenant, seller, title, description, image_url, terms, status, log_seq,
            entry_seq, starts_at, ends_at, hard_end, extensions, board, top_alias, second_max,
            floor_price, price, bid_count, bidder_count, paused_at, decide_by, counter, closed_at,
            created_at, updated_at
        from auctions where id = $1";
    INSERT = "insert into auctions (id, tenant, seller, title, title_lower, description, image_url,
            terms, status, log_seq, entry_seq, starts_at, ends_at, hard_end, extensions, board,
            floor_price, price, bid_count, bidder_count, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, $10, $11, $12, 0, '[]', 0, $13, 0, 0,
            $14, $14)";
    // Whatever an act may change.
    UPDATE = "update auctions set status = $4, log_seq = $5, starts_at = $6, ends_at = $7,
            hard_end = $8, extensions = $9, board = $10, top_bidder = $11, top_max = $12,
            top_alias = $13, second_max = $14, floor_price = $15, price = $16, bid_count = $17,
            bidder_count = $18, paused_at = $19, decide_by = $20, counter = $21, closed_at = $22,
            updated_at = $23
        where id = $1 and log_seq = $2 and entry_seq = $3";
    // What bids change that leave the end where it is. SQLite writes every index anew whose columns
    // are named, whether they change or not.
    BIDS_TAKEN = "update auctions set log_seq = $4, board = $5, top_bidder = $6, top_max = $7,
            top_alias = $8, second_max = $9, floor_price = $10, price = $11, bid_count = $12,
            bidder_count = $13, updated_at = $14
        where id = $1 and log_seq = $2 and entry_seq = $3";
    EDIT = "update auctions set title = $2, title_lower = $3, description = $4, image_url = $5,
            terms = $6, seller = $7 where id = $1";
    NEW_ENTRY = "update auctions set entry_seq = entry_seq + 1, bidder_count = $3
        where id = $1 and entry_seq = $2";
    LOG = "insert into auctions_log (auction, log_seq, kind, actor, amount, exact, leads, outbid,
            price, min_next, leader, ends_at, key, fingerprint, reason, at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    OF_KEY = "select auction, log_seq, kind, actor, amount, exact, leads, outbid, price, min_next,
            leader, ends_at, key, fingerprint, reason, at
        from auctions_log where actor = $1 and key = $2";
    LOG_AFTER = "select auction, log_seq, kind, actor, amount, exact, leads, outbid, price,
            min_next, leader, ends_at, key, fingerprint, reason, at
        from auctions_log where auction = $1 and log_seq > $2 order by log_seq limit $3";
    BIDS_BEFORE = "select auction, log_seq, kind, actor, amount, exact, leads, outbid, price,
            min_next, leader, ends_at, key, fingerprint, reason, at
        from auctions_log where auction = $1 and log_seq < $2 and kind in ('bid', 'buy_now')
        order by log_seq desc limit $3";
    CORRECTIONS = "select amount, actor from auctions_log
        where auction = $1 and kind = 'correction'";
    BIDDER = "select bidder, alias, state, max_allowed, best, best_seq, best_at, joined_at
        from auctions_bidders where auction = $1 and bidder = $2";
    BIDDERS = "select bidder, alias, state, max_allowed, best, best_seq, best_at, joined_at
        from auctions_bidders where auction = $1";
    PUT_BIDDER = "insert into auctions_bidders (auction, bidder, tenant, alias, state, max_allowed,
            best, best_seq, best_at, joined_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        on conflict (auction, bidder) do update set alias = excluded.alias, state = excluded.state,
            max_allowed = excluded.max_allowed, best = excluded.best, best_seq = excluded.best_seq,
            best_at = excluded.best_at";
    // What a bid changes of somebody who takes part already.
    BEST = "update auctions_bidders set best = $3, best_seq = $4, best_at = $5
        where auction = $1 and bidder = $2";
    REGISTRATIONS = "select bidder, alias, state, max_allowed, best, best_seq, best_at, joined_at
        from auctions_bidders
        where auction = $1 and (joined_at > $2 or (joined_at = $2 and bidder > $3))
            and (cast($4 as text) is null or state = $4)
        order by joined_at, bidder limit $5";
    LEADERBOARD = "select bidder, alias, state, max_allowed, best, best_seq, best_at, joined_at
        from auctions_bidders where auction = $1 and best is not null
        order by best desc, best_seq limit $2";
    WINNER = "insert into auctions_winners (auction, place, tenant, bidder, amount, transfer,
            won_at)
        values ($1, $2, $3, $4, $5, $6, $7)";
    WINNERS = "select place, bidder, amount, won_at from auctions_winners
        where auction = $1 order by place";

    // Lists: of which statuses (',live,paused,'), with all drafts or one's own, whose, with a word.
    ENDING = "select id, tenant, seller, title, description, image_url, terms, status, log_seq,
            entry_seq, starts_at, ends_at, hard_end, extensions, board, top_alias, second_max,
            floor_price, price, bid_count, bidder_count, paused_at, decide_by, counter, closed_at,
            created_at, updated_at
        from auctions
        where tenant = $1 and (cast($2 as text) is null or $2 like '%,' || status || ',%')
            and ((status <> 'draft' and (status <> 'cancelled' or closed_at is not null))
                or $3 or seller = $4)
            and (cast($5 as {id}) is null or seller = $5)
            and (cast($6 as text) is null or title_lower like $6 escape '\\')
            and (ends_at > $7 or (ends_at = $7 and id > $8))
        order by ends_at, id limit $9";
    NEWEST = "select id, tenant, seller, title, description, image_url, terms, status, log_seq,
            entry_seq, starts_at, ends_at, hard_end, extensions, board, top_alias, second_max,
            floor_price, price, bid_count, bidder_count, paused_at, decide_by, counter, closed_at,
            created_at, updated_at
        from auctions
        where tenant = $1 and (cast($2 as text) is null or $2 like '%,' || status || ',%')
            and ((status <> 'draft' and (status <> 'cancelled' or closed_at is not null))
                or $3 or seller = $4)
            and (cast($5 as {id}) is null or seller = $5)
            and (cast($6 as text) is null or title_lower like $6 escape '\\')
            and (created_at < $7 or (created_at = $7 and id < $8))
        order by created_at desc, id desc limit $9";
    OPEN = "select id, tenant, seller, title, description, image_url, terms, status, log_seq,
            entry_seq, starts_at, ends_at, hard_end, extensions, board, top_alias, second_max,
            floor_price, price, bid_count, bidder_count, paused_at, decide_by, counter, closed_at,
            created_at, updated_at
        from auctions where tenant = $1 and status in ('live', 'paused', 'scheduled')
        order by ends_at, id limit $2";
    OPEN_VERSIONS = "select id, log_seq from auctions
        where tenant = $1 and status in ('live', 'paused', 'scheduled')
        order by ends_at, id limit $2";
    JUST_CLOSED = "select id, tenant, seller, title, description, image_url, terms, status,
            log_seq, entry_seq, starts_at, ends_at, hard_end, extensions, board, top_alias,
            second_max, floor_price, price, bid_count, bidder_count, paused_at, decide_by, counter,
            closed_at, created_at, updated_at
        from auctions where tenant = $1 and closed_at > $2 order by closed_at desc limit $3";
    JUST_CLOSED_VERSIONS = "select id, log_seq from auctions
        where tenant = $1 and closed_at > $2 order by closed_at desc limit $3";
    VERSION = "select log_seq from auctions where id = $1 and tenant = $2";
    OWN_BIDS = "select auction, joined_at
        from auctions_bidders
        where tenant = $1 and bidder = $2
            and (joined_at < $3 or (joined_at = $3 and auction < $4))
        order by joined_at desc, auction desc limit $5";

    WATCH = "insert into auctions_watchers (auction, user_id, tenant, since)
        values ($1, $2, $3, $4) on conflict (auction, user_id) do nothing";
    UNWATCH = "delete from auctions_watchers where auction = $1 and user_id = $2";
    WATCHES = "select 1 from auctions_watchers where auction = $1 and user_id = $2";
    // Whoever takes part or watches, page by page.
    AUDIENCE = "select who from (
            select bidder as who from auctions_bidders where auction = $1 and bidder > $2
            union select user_id from auctions_watchers where auction = $1 and user_id > $2)
            as audience
        order by who limit $3";
    TOOK_PART = "select 1 from auctions_bidders
        where auction = $1 and bidder = $2 and best is not null";

    DUE_START = "select id, tenant, starts_at from auctions
        where status = 'scheduled' and starts_at <= $1 order by starts_at limit $2";
    DUE_CLOSE = "select id, tenant, ends_at from auctions
        where status = 'live' and ends_at <= $1 order by ends_at limit $2";
    DUE_DECISION = "select id, tenant, decide_by from auctions
        where decide_by is not null and decide_by <= $1 order by decide_by limit $2";
    // What ended or was about to end while nobody looked after it.
    MISSED = "select id, tenant, ends_at from auctions
        where status = 'live' and (ends_at > $1 or (ends_at = $1 and id > $2)) and ends_at <= $3
        order by ends_at, id limit $4";
    BEAT = "insert into auctions_beat (id, at) values (1, $1)
        on conflict (id) do update set at = excluded.at where auctions_beat.at < excluded.at";
    // Whether it was resumed since then.
    RESUMED = "select 1 from auctions_log
        where auction = $1 and kind = 'resumed' and at > $2 limit 1";
    LAST_BEAT = "select at from auctions_beat where id = 1";
    ANY_LIVE = "select 1 from auctions where status = 'live' limit 1";

    TOLD = "select log_seq from auctions_told where auction = $1";
    TELL = "insert into auctions_told (auction, log_seq) values ($1, $3)
        on conflict (auction) do update set log_seq = excluded.log_seq
            where auctions_told.log_seq = $2";
    UNTOLD = "select a.id from auctions a left join auctions_told t on t.auction = a.id
        where a.status = 'live' and a.log_seq > coalesce(t.log_seq, 0) limit $1";
    LOG_END = "select log_seq from auctions where id = $1";
    LOST_PLACES = "select outbid, max(at) from auctions_log
        where auction = $1 and log_seq > $2 and log_seq <= $3 and outbid is not null
        group by outbid order by outbid";

    // What the check looks at: everything that is open, and what was changed of late.
    CHECKED = "select id, tenant, seller, title, description, image_url, terms, status, log_seq,
            entry_seq, starts_at, ends_at, hard_end, extensions, board, top_alias, second_max,
            floor_price, price, bid_count, bidder_count, paused_at, decide_by, counter, closed_at,
            created_at, updated_at
        from auctions where id > $1 and (updated_at > $2
            or status in ('live', 'paused', 'awaiting_seller', 'awaiting_bidder'))
        order by id limit $3";

    // For a measurement: what has become of one seller's auctions.
    SOLD_OF = "select count(*) from auctions
        where tenant = $1 and seller = $2 and status = 'sold'";
    CLOSINGS_OF = "select count(*) from auctions a join auctions_log l on l.auction = a.id
        where a.tenant = $1 and a.seller = $2 and l.kind = 'closed'";
    WINNERS_OF = "select count(*) from auctions a join auctions_winners w on w.auction = a.id
        where a.tenant = $1 and a.seller = $2";

    OPEN_COUNT = "select count(*) from (select 1 from auctions
        where tenant = $1 and seller = $2
            and status in ('draft', 'scheduled', 'live', 'paused') limit $3) as open";
}

/// What is not written with the others.
pub(crate) static MORE: &[&Statement] = &[&PLACE];

/// One batch of bids on PostgreSQL in one statement: compare and set the auction, add to its log,
/// its bidders, and move what is held. It fails as a whole, by a division by zero, unless the
/// auction was as expected and every account could pay. On SQLite the lock path does the same.
pub(crate) static PLACE: Statement = Statement::new(
    "auctions::sql::PLACE",
    "select 0",
    concat!(
        "with auctions_changed as (
            update auctions set log_seq = $4, ends_at = $5, extensions = $6, board = $7,
                top_bidder = $8, top_max = $9, top_alias = $10, second_max = $11,
                floor_price = $12, price = $13, bid_count = $14, bidder_count = $15,
                updated_at = $16
            where id = $1 and log_seq = $2 and entry_seq = $3 returning 1),
        logged as (
            insert into auctions_log (auction, log_seq, kind, actor, amount, exact, leads, outbid,
                price, min_next, leader, ends_at, key, fingerprint, at)
            select $1, log_seq, 'bid', actor, amount, exact, leads, outbid, price, min_next,
                leader, ends_at, key, fingerprint, at
            from jsonb_to_recordset($17::jsonb) as r(log_seq bigint, actor uuid, amount bigint,
                exact boolean, leads boolean, outbid uuid, price bigint, min_next bigint,
                leader uuid, ends_at bigint, key text, fingerprint bigint, at bigint)),
        known as (
            insert into auctions_bidders (auction, bidder, tenant, alias, state, max_allowed, best,
                best_seq, best_at, joined_at)
            select $1, bidder, $20, alias, 'approved', max_allowed, best, best_seq, best_at,
                best_at
            from jsonb_to_recordset($18::jsonb) as r(bidder uuid, alias bigint, max_allowed bigint,
                best bigint, best_seq bigint, best_at bigint)
            on conflict (auction, bidder) do update set best = excluded.best,
                best_seq = excluded.best_seq, best_at = excluded.best_at), ",
        ledger::shift_cte!(
            "jsonb_to_recordset($19::jsonb) as r(owner uuid, need bigint, delta bigint)",
            "$20",
            "$21"
        ),
        " select 1 / (case when (select count(*) from auctions_changed) = 1
            and ",
        ledger::shifted!(),
        " = $22 then 1 else 0 end)"
    ),
);
