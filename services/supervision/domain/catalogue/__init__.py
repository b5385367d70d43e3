"""Linkage catalogue (审管联动事项目录清单): which approval items lead to which supervision, N:M and effective-dated.

A version is written as a draft, submitted, and published by a second person; from then on it never changes: a decision
is matched with the version in force on its decision date, so a version that changed would rewrite why a task exists.
Source: 石大政办发〔2021〕54号, task 1. Days are days in China; intervals are [effective_from, effective_to).
"""

from supervision.domain.catalogue.catalogue import Catalogue
from supervision.domain.catalogue.checklist import Checklist, ChecklistLine
from supervision.domain.catalogue.condition import Conditions, Facts
from supervision.domain.catalogue.link import Link
from supervision.domain.catalogue.period import in_force
from supervision.domain.catalogue.record import VersionRecord
from supervision.domain.catalogue.version import CatalogueVersion
from supervision.domain.catalogue.words import Method, PushMode, Relation, Risk, Trigger, VersionState

__all__ = [
    "Catalogue",
    "CatalogueVersion",
    "Checklist",
    "ChecklistLine",
    "Conditions",
    "Facts",
    "Link",
    "Method",
    "PushMode",
    "Relation",
    "Risk",
    "Trigger",
    "VersionRecord",
    "VersionState",
    "in_force",
]
