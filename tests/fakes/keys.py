"""留存的密钥 in memory."""

from contracts.apikey import ApiKeyChanged


class FakeKeys:
    """Keeps the newest version of each key."""

    def __init__(self) -> None:
        self.kept: dict[str, ApiKeyChanged] = {}

    def keep(self, told: ApiKeyChanged) -> None:
        """Keep it unless the same or a newer version is kept."""
        known = self.kept.get(told.key_id)
        if known is None or known.version < told.version:
            self.kept[told.key_id] = told
