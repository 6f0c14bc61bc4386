//! The facts that features tell each other, versioned
