"""Rules of supervision (监管规则): pure; a reader who knows the law and not Python can follow them."""
