-- One index instead of two for what is not done with: each costs every new row a page of the log.
drop index notifications_inbox_unread;
drop index notifications_inbox_unseen;
create index notifications_inbox_open on notifications_inbox (tenant, user_id, inbox_no)
    where lapsed_at is null
        and (seen_at is null or (read_at is null and dismissed_at is null));
