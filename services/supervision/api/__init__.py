"""HTTP in (接口): parse, hand to a handler, answer. One module per resource."""

from typing import Any

from fastapi import APIRouter

from chassis.identity import IdentityKeys
from chassis.pages import Reading
from chassis.unit_of_work import UnitOfWork
from kernel.clock import Clock
from supervision.api import (
    alerts,
    analyses,
    complaints,
    conflicts,
    departments,
    draws,
    enterprises,
    evidence,
    feedback,
    inspections,
    inspectors,
    matters,
    plans,
    process,
    public_draws,
    public_results,
    public_visits,
    publicity,
    ranking,
    register,
    risk,
    signatures,
    site_visits,
    tasks,
    urging,
    verbs,
    versions,
)
from supervision.api.ranking import Rankings
from supervision.api.site_visits import Visiting
from supervision.domain.alerts import AlertRules
from supervision.domain.catalogue import Conditions
from supervision.domain.complaint_rules import ComplaintRules
from supervision.domain.plans.rules import PlanRules
from supervision.domain.publicity.rules import PublicityRules
from supervision.domain.risk import RiskTable
from supervision.ports import StoredWork


def router(
    unit: UnitOfWork[StoredWork],
    reading: Reading,
    page_limit: int,
    conditions: Conditions,
    alert_rules: AlertRules,
) -> APIRouter:
    """The routes of supervision."""
    routes = APIRouter(prefix="/api/v1", tags=["supervision 监管"], responses=_PROBLEMS)
    for part in (
        analyses.router(unit, reading, conditions),
        versions.router(unit, reading, conditions),
        inspectors.router(unit, reading, page_limit),
        tasks.router(unit, reading, page_limit),
        verbs.router(unit, reading, tasks.shown_whole(reading)),
        process.router(unit, reading, page_limit, tasks.shown_whole(reading)),
        urging.router(unit),
        inspections.router(unit),
        register.router(reading, page_limit),
        departments.router(reading, page_limit),
        feedback.router(unit, reading, page_limit),
        alerts.router(reading, page_limit, alert_rules),
    ):
        routes.include_router(part)
    return routes


def officers_router(
    unit: UnitOfWork[StoredWork], reading: Reading, page_limit: int, identity: IdentityKeys
) -> APIRouter:
    """The routes of what officers declare, collect and sign (回避、证据、签名), and of enterprises themselves."""
    routes = APIRouter(prefix="/api/v1", tags=["supervision 监管"], responses=_PROBLEMS)
    for part in (
        conflicts.router(unit, reading, page_limit, identity),
        evidence.router(unit, reading, page_limit),
        enterprises.router(unit, reading, page_limit),
        signatures.router(unit, reading, page_limit, identity),
    ):
        routes.include_router(part)
    return routes


def risk_router(unit: UnitOfWork[StoredWork], reading: Reading, table: RiskTable, clock: Clock) -> APIRouter:
    """The routes of risk classes (风险分级); they go before the others, see ``risk.router``."""
    routes = APIRouter(prefix="/api/v1", tags=["supervision 监管"], responses=_PROBLEMS)
    routes.include_router(risk.router(unit, reading, table, clock))
    return routes


def ranking_router(rankings: Rankings, reading: Reading, page_limit: int) -> APIRouter:
    """The routes of the ranking (风险排序); they go before the others, see ``ranking.router``."""
    routes = APIRouter(prefix="/api/v1", tags=["supervision 监管"], responses=_PROBLEMS)
    routes.include_router(ranking.router(rankings, reading, page_limit))
    return routes


def visits_router(visiting: Visiting) -> APIRouter:
    """The routes of site visits (入企检查), with those the enterprises scan."""
    routes = APIRouter(prefix="/api/v1", tags=["supervision 监管"], responses=_PROBLEMS)
    routes.include_router(site_visits.router(visiting))
    routes.include_router(public_visits.router(visiting))
    return routes


def publicity_router(
    unit: UnitOfWork[StoredWork], reading: Reading, page_limit: int, rules: PublicityRules, clock: Clock
) -> APIRouter:
    """The routes of publicity (抽查结果公示), those of the public among them."""
    routes = APIRouter(prefix="/api/v1", tags=["supervision 监管"], responses=_PROBLEMS)
    routes.include_router(publicity.router(unit, reading, page_limit, clock))
    routes.include_router(public_results.router(reading, page_limit, rules))
    return routes


def complaints_router(
    unit: UnitOfWork[StoredWork], reading: Reading, page_limit: int, rules: ComplaintRules, identity: IdentityKeys
) -> APIRouter:
    """The routes of complaints (投诉举报)."""
    routes = APIRouter(prefix="/api/v1", tags=["supervision 监管"], responses=_PROBLEMS)
    routes.include_router(complaints.router(unit, reading, page_limit, rules, identity))
    return routes


def plans_router(
    unit: UnitOfWork[StoredWork], reading: Reading, page_limit: int, rules: PlanRules, clock: Clock
) -> APIRouter:
    """The routes of random checks (双随机抽查): matters and annual plans."""
    routes = APIRouter(prefix="/api/v1", tags=["supervision 监管"], responses=_PROBLEMS)
    for part in (
        matters.router(unit, reading, page_limit),
        plans.router(unit, reading, page_limit, rules, clock),
    ):
        routes.include_router(part)
    return routes


def draws_router(unit: UnitOfWork[StoredWork], reading: Reading, page_limit: int, rankings: Rankings) -> APIRouter:
    """The routes of random draws (双随机抽查), inside and in public."""
    routes = APIRouter(prefix="/api/v1", tags=["supervision 监管"], responses=_PROBLEMS)
    for part in (
        draws.router(unit, reading, page_limit, rankings.aimed_order),
        public_draws.router(reading, page_limit),
    ):
        routes.include_router(part)
    return routes


_PROBLEMS: dict[int | str, dict[str, Any]] = {
    "4XX": {"description": "RFC 9457 problem+json", "content": {"application/problem+json": {}}},
}
