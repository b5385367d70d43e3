"""Sealed data (密文): where encrypted personal data belongs, so that its bytes open nowhere else."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """密文所在: table, column and the key of the row."""

    table: str
    column: str
    row: tuple[str, ...]

    @property
    def bound(self) -> bytes:
        """What is authenticated with the bytes and not kept; lengths keep neighbours apart."""
        parts = [part.encode() for part in (self.table, self.column, *self.row)]
        return b"".join(len(part).to_bytes(4) + part for part in parts)
