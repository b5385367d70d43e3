"""Consumers (订阅): NATS in. Facts that only add do not wait for their turn: any order gives the same records."""

from collections.abc import Callable
from typing import Any

from chassis.consumer import Subscription
from chassis.transaction import Transaction
from contracts.apikey import ApiKeyChanged
from contracts.approval import CaseCorrected, CaseDecided, ItemListed
from contracts.calendar import CalendarChanged
from contracts.process import ReferralConcluded
from contracts.supervision import InspectionConcluded
from credit import handlers
from credit.ports import StoredWork


def subscriptions(work: Callable[[Transaction], StoredWork]) -> tuple[Subscription[Any], ...]:
    """What credit reads from the others."""
    found = Subscription[StoredWork](
        stream="SUPERVISION",
        work=work,
        reads={
            InspectionConcluded: handlers.on_inspection_concluded,
            ReferralConcluded: handlers.on_referral_concluded,
        },
    )
    decided = Subscription[StoredWork](
        stream="APPROVAL",
        work=work,
        reads={
            CaseDecided: handlers.on_case_decided,
            CaseCorrected: handlers.on_case_decided,
            ItemListed: handlers.on_item_listed,
            CalendarChanged: handlers.on_calendar_changed,
            ApiKeyChanged: handlers.on_api_key_changed,
        },
    )
    return (found, decided)
