insert into accounts_tenants (id, slug, name)
values ('00000000-0000-7000-8000-000000000001', 'default', 'Default');
