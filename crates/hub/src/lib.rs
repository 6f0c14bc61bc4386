//! Topics, sessions and fan-out: the real-time engine
