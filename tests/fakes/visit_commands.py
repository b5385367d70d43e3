"""Builders of what the tests of site visits ask for."""

from datetime import date, timedelta
from typing import Any

from kernel.visit import VisitKind
from supervision import handlers
from supervision.domain.visits import Matter, SiteVisit
from supervision.domain.visits.commands import (
    AnnounceVisit,
    ApproveVisit,
    CancelVisit,
    EnterVisit,
    FinishVisit,
    RequestVisit,
)
from tests.fakes.supervised import TODAY

CREWS = {"DEMO-FOOD": ("orange-1", "orange-2"), "DEMO-FIRE": ("fire-1", "fire-2")}


def a_request(day: int = 0, department: str = "DEMO-FOOD", **changes: Any) -> RequestVisit:
    """A request for so many days after today."""
    plain: dict[str, Any] = {
        "source_system": "chicago",
        "object_no": "O1",
        "department": department,
        "kind": VisitKind.ROUTINE,
        "planned_on": TODAY + timedelta(days=day),
        "officers": CREWS.get(department, (f"{department}-1", f"{department}-2")),
        "reason": "年度计划检查",
        "legal_basis": "食品安全法第一百一十条",
        "matters": (Matter(code="0016400", name="食品安全监督检查"),),
        "by": "orange-1",
    }
    return RequestVisit(**plain | changes)


def on(day: date) -> dict[str, Any]:
    return {"planned_on": day}


def approve(visit: SiteVisit, by: str = "head-1") -> tuple[Any, ApproveVisit]:
    return handlers.approve_visit, ApproveVisit(visit_no=visit.visit_no, by=by)


def announce(visit: SiteVisit) -> tuple[Any, AnnounceVisit]:
    return handlers.announce_visit, AnnounceVisit(visit_no=visit.visit_no, by="orange-1")


def enter(visit: SiteVisit, code: str = "", by: str = "orange-1") -> tuple[Any, EnterVisit]:
    return handlers.enter_visit, EnterVisit(visit_no=visit.visit_no, by=by, code=code)


def finish(visit: SiteVisit) -> tuple[Any, FinishVisit]:
    return handlers.finish_visit, FinishVisit(visit_no=visit.visit_no, by="orange-1")


def cancel(visit: SiteVisit) -> tuple[Any, CancelVisit]:
    return handlers.cancel_visit, CancelVisit(visit_no=visit.visit_no, by="orange-1", reason="计划调整")
