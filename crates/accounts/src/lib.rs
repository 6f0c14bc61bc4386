//! Users, tenants, roles, sessions and tokens
