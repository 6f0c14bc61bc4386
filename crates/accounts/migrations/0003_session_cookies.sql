-- Of a session that lives in a browser's cookie: the highest number among its cookies that has come
-- back, and since when. Null for sessions of tokens.
alter table accounts_sessions add column cookie_number {int};
alter table accounts_sessions add column cookie_since {int};
