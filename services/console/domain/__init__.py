"""Domain (规则): what the read model is judged by."""
