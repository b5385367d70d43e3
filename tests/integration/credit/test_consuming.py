"""From a concluded inspection on NATS to a grade on NATS, through the process, whatever happens on the way."""

import asyncio
import json
from collections import Counter
from datetime import UTC, date, datetime
from itertools import count
from random import Random
from time import monotonic
from typing import Any

import asyncpg
import nats
import pytest
from nats.aio.msg import Msg

from contracts.calendar import SOURCE, CalendarChanged
from contracts.supervision import InspectionConcluded
from credit.handlers import on_inspection_concluded
from kernel.subject import SubjectKey
from tests.fakes.credit import FakeDatabase, told
from tests.fakes.credit_inspections import an_inspection
from tests.integration.credit.conftest import PATIENCE, TRACE, Credit, outgoing
from tests.keys import believable, seal

pytestmark = pytest.mark.servers

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
CODES = {"CRITICAL", "SERIOUS", "MINOR"}

LATER = "2013-12-31"
"""The day a history is told on: some of its records have expired by then."""


def a_history(size: int, subjects: int, seed: int) -> list[InspectionConcluded]:
    """Inspections of a few years, in no order."""
    chance = Random(seed)  # noqa: S311 - a reproducible history, not a secret
    numbers = count(1)
    return [
        an_inspection(
            str(next(numbers)),
            chance.choice(["PASS", "FAIL", "FAIL", "PASS_WITH_CONDITIONS"]),
            *chance.sample(sorted(CODES), k=chance.randint(0, 3)),
            on=f"{chance.randint(2010, 2013)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
            of=f"S{chance.randrange(subjects)}",
        )
        for _ in range(size)
    ]


async def said(nats_url: str, expected: int) -> list[Msg]:
    """What credit published, exactly so many messages."""
    connection = await nats.connect(nats_url)
    try:
        js = connection.jetstream()
        for _ in range(1000):  # the relay publishes after the commit
            if (found := (await js.stream_info("CREDIT")).state.messages) >= expected:
                break
            await asyncio.sleep(0.02)
        assert found == expected
        subscription = await js.subscribe("shenguan.credit.>", ordered_consumer=True)
        return [await subscription.next_msg(timeout=10) for _ in range(expected)]
    finally:
        await connection.close()


async def everybody(credit: Credit) -> dict[tuple[str, str], dict[str, Any]]:
    page = await credit.get("/api/v1/subjects", limit=500)
    assert page["next"] is None
    keys = [(item["id_type"], item["id_no"]) for item in page["items"]]
    return {key: await credit.get(f"/api/v1/subjects/{key[0]}/{key[1]}") for key in keys}


async def test_a_failed_inspection_comes_back_as_a_record_and_a_grade_with_its_cause_and_trace(credit: Credit) -> None:
    inspection = an_inspection("7", "FAIL", "CRITICAL")
    await credit.told([inspection])
    await credit.settled()
    _, added, changed = await said(credit.nats_url, 3)
    subject = await credit.get("/api/v1/subjects/099/S1")
    assert (subject["grade"], subject["score"], subject["version"]) == ("B", 80, 1)
    assert [r["record_id"] for r in subject["reasons"]] == [subject["records"][0]["record_id"]]
    assert json.loads(added.data)["record_id"] == subject["records"][0]["record_id"]
    assert json.loads(changed.data)["reasons"] == subject["reasons"]
    for message in (added, changed):
        assert message.headers is not None
        assert message.headers["ce-causationid"]
        assert message.headers["ce-correlationid"] == "unit:CASE-1"
        assert message.headers["traceparent"].split("-")[1] == TRACE.split("-")[1]


async def test_copies_and_disorder_change_nothing(credit: Credit) -> None:
    history = a_history(400, subjects=40, seed=1)
    await credit.on(LATER)
    await credit.told(history, copies=2)
    await credit.told([an_inspection("again", of="S0", on="2013-12-31"), history[0]])
    status = await credit.settled()
    database = FakeDatabase().on(LATER)
    for event in [*history, an_inspection("again", of="S0", on="2013-12-31")]:
        told(database, on_inspection_concluded, event)
    assert status["dead_letters"] == 0
    assert await credit.get("/ops/v1/figures", source="unit") == {
        "credit_records": len(database.records),
        "subjects": len(database.roots),
    }
    await the_same(credit, database)


async def the_same(credit: Credit, database: FakeDatabase) -> None:
    """The service holds what the fake holds, and told every change of grade once."""
    found = await everybody(credit)
    assert found.keys() == {(key.id_type, key.id_no) for key in database.roots}
    for (id_type, id_no), subject in found.items():
        standing = database.roots[SubjectKey(id_type, id_no)].standing
        expected = (standing.grade, standing.score, str(standing.assessed_on)) if standing else (None, None, None)
        assert (subject["grade"], subject["score"], subject["assessed_on"]) == expected
        reasons = [(reason["record_id"], reason["points"]) for reason in subject["reasons"]]
        assert reasons == [(r.record_id, r.points) for r in (standing.reasons if standing else ())]
    expired = sum(record.state == "EXPIRED" for record in database.records.values())
    versions = sum(subject["version"] for subject in found.values())
    total = len(database.records) + expired + versions + len(found)
    facts = Counter(message.subject.split(".")[3] for message in await said(credit.nats_url, total))
    wanted = {"registered": len(found), "added": len(database.records), "expired": expired, "changed": versions}
    assert facts == Counter(wanted)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", [11, 12])
async def test_killed_in_the_middle_of_its_work_it_loses_nothing_and_doubles_nothing(credit: Credit, seed: int) -> None:
    history = a_history(3000, subjects=100, seed=seed)
    await credit.on(LATER)
    telling = asyncio.create_task(credit.told(history))
    deadline = monotonic() + PATIENCE
    while (await credit.get("/ops/v1/figures"))["credit_records"] < seed:
        assert monotonic() < deadline
    credit.service.child.kill()
    await credit.service.child.exited()
    await telling
    await credit.start()
    await credit.settled()
    database = FakeDatabase().on(LATER)
    for event in history:
        told(database, on_inspection_concluded, event)
    await the_same(credit, database)


@pytest.mark.nightly
async def test_what_cannot_be_read_or_contradicts_a_record_is_parked_and_harms_nobody(credit: Credit) -> None:
    await credit.told([an_inspection("1")])
    await credit.settled()
    broken = outgoing(an_inspection("2"))
    connection = await nats.connect(credit.nats_url)
    signed = believable("supervision", broken.subject, dict(broken.headers), b"\xff{")
    await connection.jetstream().publish(broken.subject, b"\xff{", headers=signed)
    await connection.close()
    bad = [an_inspection("1", "PASS"), an_inspection("3", on="1999-01-01"), an_inspection("4", name="a\x00b", of="S4")]
    await credit.told([*bad, *(an_inspection(str(n), of=f"S{n}") for n in range(10, 20))])
    status = await credit.settled()
    letters = await credit.get("/ops/v1/dead-letters")
    assert status["dead_letters"] == 4
    assert {"record-differs", "no-rule-in-force", "unreadable"} < {letter["cause"] for letter in letters}
    assert (await credit.get("/ops/v1/figures"))["credit_records"] == 11


async def test_the_ledger_names_each_record_and_the_current_grade_of_each_subject(credit: Credit) -> None:
    await credit.told(
        [
            an_inspection("1", "FAIL", "CRITICAL"),
            an_inspection("2", "FAIL", "CRITICAL"),
            an_inspection("3", "PASS", of="S2"),
            an_inspection("4", source="other", of="S3"),
        ]
    )
    await credit.settled()
    answer = await credit.http.get("/ops/v1/ledger", params={"source": "unit"})
    lines = Counter((e["set"], e["side"], e["key"]) for e in map(json.loads, answer.text.splitlines()))
    assert lines == Counter(
        [
            ("records", "effect", "unit:1"),
            ("records", "effect", "unit:2"),
            ("grades-approval", "cause", "099:S1:2:C"),
            ("grades-supervision", "cause", "099:S1:2:C"),
        ]
    )
    everything = await credit.http.get("/ops/v1/ledger")
    assert len(everything.text.splitlines()) == 7
    assert await credit.get("/ops/v1/figures") == {"credit_records": 3, "subjects": 3}
    assert await credit.get("/ops/v1/figures", source="other") == {"credit_records": 1, "subjects": 1}


async def test_credit_keeps_the_calendar_approval_tells_and_the_newest_version_of_a_year(credit: Credit) -> None:
    connection = await nats.connect(credit.nats_url)
    for version in (2, 1):
        told_year = CalendarChanged(
            source_system=SOURCE,
            region="640202",
            year=2026,
            version=version,
            working=(),
            free=(date(2026, 10, version),),
            provisional=False,
            source=f"notice {version}",
        )
        sealed = seal(told_year, service="approval", region="640202", now=NOW, cause=None, traceparent="")
        await connection.jetstream().publish(sealed.subject, sealed.payload, headers=sealed.headers)
    await connection.close()
    await credit.settled()
    database = await asyncpg.connect(credit.database_url)
    (kept,) = await database.fetch("SELECT year, version, free FROM calendar_year")
    await database.close()
    assert (kept["year"], kept["version"], kept["free"]) == (2026, 2, [date(2026, 10, 2)])
