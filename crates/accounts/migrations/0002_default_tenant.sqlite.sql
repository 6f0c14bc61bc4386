insert into accounts_tenants (id, slug, name)
values (x'00000000000070008000000000000001', 'default', 'Default');
