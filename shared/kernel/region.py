"""Regions (区划): a code of six digits (GB/T 2260) covers what lies below it: 640000 the 自治区, 640200 the 市, 640202 the 区."""

EVERYWHERE = "*"
"""全部区划."""


def prefix_of(region: str) -> str:
    """The digits every code below begins with: ``6402`` of 640200, the empty text of ``*``."""
    if region == EVERYWHERE:
        return ""
    kept = region
    while len(kept) > 2 and kept.endswith("00"):  # noqa: PLR2004 - a level is two digits, the first never falls away
        kept = kept[:-2]
    return kept


def covers(wider: str, narrower: str) -> bool:
    """Whether what is allowed in ``wider`` is allowed in ``narrower``."""
    return narrower.startswith(prefix_of(wider))
