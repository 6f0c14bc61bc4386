-- One row for each owner and currency. Balance = credits - debits; available = balance - held.
-- The tenant itself owns the issuer's account, which alone may be overdrawn: what it owes is what
-- it has given out, so that all balances of a tenant and currency add up to nothing.
create table ledger_accounts (
    tenant {id} not null,
    owner {id} not null,
    currency {text} not null,
    credits {int} not null default 0 check (credits >= 0),
    debits {int} not null default 0 check (debits >= 0),
    held {int} not null default 0 check (held >= 0),
    opened_at {int} not null,
    primary key (tenant, owner, currency),
    check (owner = tenant or credits - debits - held >= 0)
) {keyed};

-- Immutable. The id follows from what the transfer is for, so that it cannot happen twice.
create table ledger_transfers (
    id {id} not null primary key,
    tenant {id} not null,
    currency {text} not null,
    debtor {id} not null,
    creditor {id} not null,
    amount {int} not null check (amount > 0),
    kind {text} not null,
    object {id},
    actor {id},
    reason {text},
    at {int} not null,
    check (debtor <> creditor)
) {strict};

create index ledger_transfers_debtor on ledger_transfers (tenant, debtor, at, id);
create index ledger_transfers_creditor on ledger_transfers (tenant, creditor, at, id);

-- Amounts set aside for a purpose, such as a deposit. `state`: pending, posted, voided, expired.
create table ledger_holds (
    id {id} not null primary key,
    tenant {id} not null,
    owner {id} not null,
    currency {text} not null,
    amount {int} not null check (amount > 0),
    kind {text} not null,
    object {id} not null,
    state {text} not null,
    made_at {int} not null,
    ended_at {int}
) {strict};

create index ledger_holds_object on ledger_holds (object, state);
create index ledger_holds_owner on ledger_holds (tenant, owner, currency, state);
