"""No list gets slower as its table grows: every list of every service, with every filter, is answered by an index.

The routes and their filters come from each service's OpenAPI document: a new list is asked, or the test fails for want
of a value to ask for. The tables that grow hold 30,000 rows, of which half say one value and the others rare ones.
"""

from datetime import UTC, date, datetime
from uuid import UUID

import asyncpg
import pytest

from chassis import dead_letters, deadlines, inbox, outbox, reconciler
from chassis.audit.entries import unsealed
from chassis.database import reading_engine
from chassis.dossier import dossier
from chassis.notices import queue
from chassis.passages import passages
from chassis.reader import Reader
from chassis.retention import Retention, terms_of
from chassis.sweeper import PAGE
from console.queries import assessed, due
from console.web.clocks import spans
from kernel.calendar import Calendar
from kernel.risk import RiskClass
from supervision.domain.plans.scope import ObjectScope
from supervision.queries import listed_objects
from tests.integration.growth.asking import AN_ID, asking
from tests.integration.growth.conftest import Grown, Running
from tests.integration.growth.filling import COMMON, RARE, ROWS
from tests.integration.growth.plans import Asked, Explainer, caught, heard
from tests.integration.growth.tables import GROWING

pytestmark = pytest.mark.servers


@pytest.mark.timeout(300)
async def test_every_list_is_answered_by_an_index(grown: Grown, running: Running) -> None:
    reader = await asyncpg.connect(grown.database.url, server_settings={"default_transaction_read_only": "on"})
    explainer = Explainer(reader, GROWING[grown.service])
    document = (await running.client.get("/openapi.json")).json()
    found = {
        f"{where} — {fault}"
        async for where, asked in asking(running.client, document)
        for fault in await explainer.faults(asked)
    }
    for asked in await ASKED_BESIDE[grown.service](grown.database.url):
        found |= {f"{asked.statement} — {fault}" for fault in await explainer.faults(asked)}
    await reader.close()
    assert sorted(found) == [], "\n".join(sorted(found))


async def test_what_is_done_by_itself_finds_its_rows_by_an_index(grown: Grown, running: Running) -> None:
    async with running.pool.acquire() as connection, heard(connection) as sent:
        now = datetime.now(UTC)
        await running.sweep.count_due(connection, now)
        for each in running.sweep.rounds:
            await each.due(connection, now, PAGE, ())
        await deadlines.due_steps(connection, now, PAGE)
        await deadlines.stale_ids(connection, 1, PAGE)
        await inbox.knows(connection, "c", AN_ID)
        await passages(connection, grown.service, [UUID(AN_ID)])
        await outbox.pending(connection)
        await queue.waiting(connection, now)
        await dead_letters.listed(connection)
        await Retention(terms_of(), unsealed).due(connection)
        async for _ in dossier(connection, grown.service, RARE, datetime(2020, 1, 1, tzinfo=UTC), now):
            pass
        for statement in (reconciler.ELSEWHERE, reconciler.BEYOND, reconciler.OVERLAPPING):
            places = statement.count("$2")
            await connection.fetch(statement, COMMON, *([now] if places > 1 else [ROWS] * places))
    async with running.pool.acquire() as connection:
        explainer = Explainer(connection, GROWING[grown.service])
        found = {f"{asked.statement} — {fault}" for asked in sent for fault in await explainer.faults(asked)}
    assert sorted(found) == [], "\n".join(sorted(found))


async def objects_of_a_matter(database_url: str) -> list[Asked]:
    """What the list of a matter's objects asks, of supervision."""
    engine = reading_engine(database_url)
    scope = ObjectScope(groups=(frozenset({RARE}),))
    with caught() as sent:
        async with Reader(engine)() as connection:
            for risk_class in (None, *RiskClass):
                await listed_objects(connection, scope, (RARE,), risk_class, None, 51)
    await engine.dispose()
    return sent.statements


async def tasks_by_due(database_url: str) -> list[Asked]:
    """What the list of tasks and the assessment ask, of the console; the second page too, far from where clocks run."""
    engine, now = reading_engine(database_url), datetime.now(UTC)
    far = due.Place(datetime(9999, 1, 1, tzinfo=UTC), UUID(AN_ID))
    chosen = [(department, state) for department in ("", RARE) for state in ("", "CLOSED", "CLAIMED")]
    with caught() as sent:
        async with Reader(engine)() as connection:
            for which in chosen:
                for span in ((None, None), *spans(now).values()):
                    await due.tasks_by_due(connection, *which, span, None, 51)
                await due.tasks_by_due(connection, *which, (None, None), far, 51)
                await due.count_due(connection, *which, spans(now))
            await assessed(connection, date(2025, 2, 1), Calendar().count)
    await engine.dispose()
    return sent.statements


async def nothing(_: str) -> list[Asked]:
    return []


ASKED_BESIDE = {"approval": nothing, "supervision": objects_of_a_matter, "credit": nothing, "console": tasks_by_due}
