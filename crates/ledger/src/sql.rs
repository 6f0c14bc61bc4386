//! Every statement of the ledger.

use store::statements;

statements! {
    // Accounts of several owners, locked in the order of the owners; on SQLite, which has
    // one writer, of one.
    LOCK = sqlite "select owner, credits, debits, held from ledger_accounts
        where tenant = $1 and currency = $2 and owner = $3",
        postgres "select a.owner, a.credits, a.debits, a.held
        from (select value::uuid as owner
                from jsonb_array_elements_text($3::jsonb) as j(value) order by 1) as asked
            cross join lateral (
                select owner, credits, debits, held from ledger_accounts
                where tenant = $1 and currency = $2 and owner = asked.owner
                for update) as a";
    WALLETS = "select currency, credits, debits, held from ledger_accounts
        where tenant = $1 and owner = $2 order by currency";
    OPEN = "insert into ledger_accounts (tenant, owner, currency, opened_at)
        values ($1, $2, $3, $4) on conflict (tenant, owner, currency) do nothing";
    SHIFT = "update ledger_accounts set held = held + $4
        where tenant = $1 and owner = $2 and currency = $3 and held + $4 >= 0
            and (owner = tenant or credits - debits - held - $4 >= 0)";
    DEBIT = "update ledger_accounts set debits = debits + $4
        where tenant = $1 and owner = $2 and currency = $3
            and (owner = tenant or credits - debits - held - $4 >= 0)";
    CREDIT = "update ledger_accounts set credits = credits + $4
        where tenant = $1 and owner = $2 and currency = $3";

    RECORD = "insert into ledger_transfers
            (id, tenant, currency, debtor, creditor, amount, kind, object, actor, reason, at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (id) do nothing";
    RECORDED = "select tenant, currency, debtor, creditor, amount, kind from ledger_transfers
        where id = $1";
    // The transfers of one owner, newest first: each branch follows an index.
    HISTORY = "select id, currency, incoming, other, amount, kind, object, reason, at from (
            select * from (select id, currency, 0 as incoming, creditor as other, amount, kind,
                    object, reason, at
                from ledger_transfers
                where tenant = $1 and debtor = $2 and (at < $3 or (at = $3 and id < $4))
                order by at desc, id desc limit $5) as outgoing
            union all
            select * from (select id, currency, 1 as incoming, debtor as other, amount, kind,
                    object, reason, at
                from ledger_transfers
                where tenant = $1 and creditor = $2 and (at < $3 or (at = $3 and id < $4))
                order by at desc, id desc limit $5) as incoming) as own
        order by at desc, id desc limit $5";

    HOLD = "insert into ledger_holds (id, tenant, owner, currency, amount, kind, object, state,
            made_at)
        values ($1, $2, $3, $4, $5, $6, $7, 'pending', $8) on conflict (id) do nothing";
    HOLDS_OF = "select owner, amount from ledger_holds
        where object = $2 and tenant = $1 and currency = $3 and state = 'pending' order by owner";
    END_HOLDS = sqlite "update ledger_holds set state = $3, ended_at = $4
        where object = $2 and tenant = $1 and state = 'pending'
            and owner in (select unhex(replace(value, '-', '')) from json_each($5))",
        postgres "update ledger_holds set state = $3, ended_at = $4
        where object = $2 and tenant = $1 and state = 'pending'
            and owner in (select value::uuid
                from jsonb_array_elements_text($5::jsonb) as j(value))";

    // For the check of the books.
    UNBALANCED = "select tenant, currency, cast(sum(credits - debits) as {int})
        from ledger_accounts group by tenant, currency having sum(credits - debits) <> 0 limit 100";
    ACCOUNTS_AFTER = "select a.tenant, a.owner, a.currency, a.credits, a.debits, a.held,
            (select cast(coalesce(sum(t.amount), 0) as {int}) from ledger_transfers t
                where t.tenant = a.tenant and t.creditor = a.owner and t.currency = a.currency),
            (select cast(coalesce(sum(t.amount), 0) as {int}) from ledger_transfers t
                where t.tenant = a.tenant and t.debtor = a.owner and t.currency = a.currency),
            (select cast(coalesce(sum(h.amount), 0) as {int}) from ledger_holds h
                where h.tenant = a.tenant and h.owner = a.owner and h.currency = a.currency
                    and h.state = 'pending')
        from ledger_accounts a
        where (a.tenant, a.owner, a.currency) > ($1, $2, $3)
        order by a.tenant, a.owner, a.currency limit $4";
}

/// For a statement of PostgreSQL that moves what is held together with rows of its own: common
/// table expressions, the last of which moves it. `$args` names an expression that gives the rows
/// `(owner uuid, need bigint, delta bigint)`, one for each owner; `$tenant` and `$currency` are
/// parameters. `held` is moved by `delta` for each owner that has `need` available. Accounts that
/// change are locked in the order of their owners; of the others it is enough that they had what
/// they needed at the moment of the statement. The statement must fail unless [`shifted!`] gives as
/// many as it named.
///
/// Each owner is looked up by a subquery of its own: planned while there are few accounts, a join
/// would go on reading all of a tenant's when there are many.
#[macro_export]
macro_rules! shift_cte {
    ($args:literal, $tenant:literal, $currency:literal) => {
        concat!(
            "ledger_asked as materialized (select owner, need, delta from ",
            $args,
            "),
            ledger_locked as materialized (
                select asked.owner, asked.delta
                from (select * from ledger_asked where delta <> 0 order by owner) as asked
                    cross join lateral (
                        select credits - debits - held as available from ledger_accounts
                        where tenant = ",
            $tenant,
            " and currency = ",
            $currency,
            " and owner = asked.owner
                        for update) as a
                where a.available >= asked.need),
            ledger_covered as (
                select 1 from ledger_asked as asked
                where asked.delta = 0 and asked.need <= (
                    select credits - debits - held from ledger_accounts
                    where tenant = ",
            $tenant,
            " and currency = ",
            $currency,
            " and owner = asked.owner)),
            ledger_shifted as (
                update ledger_accounts a set held = a.held + l.delta
                from ledger_locked l
                where a.tenant = ",
            $tenant,
            " and a.currency = ",
            $currency,
            " and a.owner = l.owner
                returning 1)"
        )
    };
}

/// Of how many owners [`shift_cte!`] has found covered, and moved, what the same statement asked of
/// it.
#[macro_export]
macro_rules! shifted {
    () => {
        "(select count(*) from ledger_shifted) + (select count(*) from ledger_covered)"
    };
}
