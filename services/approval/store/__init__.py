"""Store (存取): one PostgreSQL transaction as the use cases' unit of work; read set-wise, written set-wise."""

from approval.store.api_keys import SqlKeys
from approval.store.exports import licences
from approval.store.gate import SqlGate
from approval.store.imports import SqlImports, file_place
from approval.store.reveals import SqlReveals
from approval.store.role_grants import SqlGrants
from approval.store.sealed import SEALED
from approval.store.work import SqlWork

__all__ = ["SEALED", "SqlGate", "SqlGrants", "SqlImports", "SqlKeys", "SqlReveals", "SqlWork", "file_place", "licences"]
