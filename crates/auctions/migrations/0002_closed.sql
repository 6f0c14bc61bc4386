-- What was closed of late: a bid changes nothing here.
create index auctions_closed on auctions (tenant, closed_at) where closed_at is not null;
