"""Store (存储): one PostgreSQL transaction as the handlers' unit of work; read set-wise, written set-wise."""

from supervision.store.catalogues import CatalogueCache
from supervision.store.conditions import CelConditions
from supervision.store.draws import DrawDesk, DueAssignments
from supervision.store.exports import datasets
from supervision.store.plans import DueFilings
from supervision.store.risk import DueObjects
from supervision.store.sealed import SEALED
from supervision.store.visits import DueVisits
from supervision.store.work import SqlWork

__all__ = [
    "SEALED",
    "CatalogueCache",
    "CelConditions",
    "DrawDesk",
    "DueAssignments",
    "DueFilings",
    "DueObjects",
    "DueVisits",
    "SqlWork",
    "datasets",
]
