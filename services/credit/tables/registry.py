"""The register of credit's tables (数据表登记): what every module of tables adds to."""

from sqlalchemy import MetaData

metadata = MetaData()
