//! What a feature sees: Module, Ctx, Call, errors, auth, OpenAPI, metrics
