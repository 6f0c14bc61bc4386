-- A number made of what the source said last under this name; none before its first row.
alter table properties_sources add column said {int};
