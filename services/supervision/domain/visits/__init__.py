"""Site visits of enterprises (入企检查): requested, approved by a second person, announced with a code, made, counted.

How often an enterprise may be visited in a year is data (visits.toml); over the cap nobody comes without an exemption.
Source: 国办发〔2024〕54号 (频次上限、综合查一次、扫码入企), 优化营商环境条例 art. 54.
"""

from supervision.domain.visits.rules import Exemption, RequireVisit, VisitCap, VisitEdition, VisitFloor, VisitRules
from supervision.domain.visits.visit import Matter, SiteVisit, VisitChange

__all__ = [
    "Exemption",
    "Matter",
    "RequireVisit",
    "SiteVisit",
    "VisitCap",
    "VisitChange",
    "VisitEdition",
    "VisitFloor",
    "VisitRules",
]
