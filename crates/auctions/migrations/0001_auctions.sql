create table auctions (
    id {id} not null primary key,
    tenant {id} not null,
    seller {id} not null,
    title {text} not null,
    -- In lower case, for searching.
    title_lower {text} not null,
    description {text} not null,
    image_url {text},
    -- What the seller has laid down, as JSON.
    terms {text} not null,
    status {text} not null,
    -- The number of the last entry of the log: whoever changes a row compares it.
    log_seq {int} not null,
    -- Grows whenever somebody's right to bid changes.
    entry_seq {int} not null,
    starts_at {int} not null,
    ends_at {int} not null,
    hard_end {int},
    extensions {int} not null,
    -- Who has a place: [[bidder, maximum, log_seq], …], the highest first.
    board {text} not null,
    top_bidder {id},
    top_max {int},
    top_alias {int},
    second_max {int},
    floor_price {int} not null,
    price {int} not null,
    bid_count {int} not null,
    bidder_count {int} not null,
    paused_at {int},
    decide_by {int},
    counter {int},
    closed_at {int},
    created_at {int} not null,
    updated_at {int} not null
) {strict};

create index auctions_ends on auctions (tenant, status, ends_at, id);
create index auctions_newest on auctions (tenant, created_at, id);
create index auctions_seller on auctions (tenant, seller, created_at, id);

-- What the sweep asks for every second.
create index auctions_scheduled on auctions (starts_at) where status = 'scheduled';
create index auctions_live on auctions (ends_at) where status = 'live';
create index auctions_deciding on auctions (decide_by) where decide_by is not null;

-- History, journal and audit in one; only ever added to.
create table auctions_log (
    auction {id} not null,
    log_seq {int} not null,
    kind {text} not null,
    actor {id},
    amount {int},
    exact {bool} not null,
    leads {bool} not null,
    outbid {id},
    price {int} not null,
    min_next {int} not null,
    leader {id},
    ends_at {int} not null,
    key {text},
    fingerprint {int},
    reason {text},
    at {int} not null,
    primary key (auction, log_seq)
) {keyed};

-- One intent, one entry. The key stands first: where clients make keys that grow, the newest
-- entries of everybody lie together.
create unique index auctions_log_key on auctions_log (key, actor);

create table auctions_bidders (
    auction {id} not null,
    bidder {id} not null,
    tenant {id} not null,
    alias {int} not null,
    state {text} not null,
    max_allowed {int},
    best {int},
    best_seq {int},
    best_at {int},
    joined_at {int} not null,
    primary key (auction, bidder)
) {keyed};

create index auctions_bidders_own on auctions_bidders (tenant, bidder, joined_at, auction);

create table auctions_winners (
    auction {id} not null,
    place {int} not null,
    tenant {id} not null,
    bidder {id} not null,
    amount {int} not null,
    transfer {id} not null,
    won_at {int} not null,
    primary key (auction, place)
) {keyed};

create index auctions_winners_own on auctions_winners (tenant, bidder, won_at, auction);

create table auctions_watchers (
    auction {id} not null,
    user_id {id} not null,
    tenant {id} not null,
    since {int} not null,
    primary key (auction, user_id)
) {keyed};

create index auctions_watchers_own on auctions_watchers (tenant, user_id, since, auction);

-- Up to which entry those who were outbid have been told, or are about to be.
create table auctions_told (
    auction {id} not null primary key,
    log_seq {int} not null
) {keyed};

-- When some node last looked after the auctions: what lies behind it was an outage.
create table auctions_beat (
    id {int} not null primary key,
    at {int} not null
) {strict};
