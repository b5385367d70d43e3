"""The register of supervision's tables (数据表登记): what every module of tables adds to."""

from sqlalchemy import Column, MetaData, Text

metadata = MetaData()


def texts(*names: str) -> list[Column[str]]:
    """Columns of text that are never null."""
    return [Column(name, Text, nullable=False) for name in names]
