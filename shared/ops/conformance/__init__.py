"""Conformance (对接自测): plays the linkage before a bureau's own system and says which requirement of the standard it misses."""
