"""What is late for the public stands beside the cards: of the own departments, in its own words, the latest first."""

from datetime import UTC, datetime
from typing import Any, cast

from console.web.pressing import late_publications
from kernel.refusal import Refusal

NOW = datetime(2026, 12, 28, 4, tzinfo=UTC)


class Supervision:
    """Answers what is late of one department; ``away``: nothing."""

    def __init__(self, *, away: bool = False) -> None:
        self.asked: list[dict[str, Any]] = []
        self._away = away

    async def get(self, service: str, path: str, **query: Any) -> Any:
        if self._away:
            raise Refusal(code="service-away", zh="没有答复", en="no answer", status=503)
        self.asked.append({"service": service, "path": path} | query)
        if "due_by" in query:
            return {"items": [{"publication_no": "1", "due_on": "2026-12-25", "put_right_on": None}]}
        return {"items": [{"publication_no": "2", "due_on": "2026-11-01", "put_right_on": "2026-12-02"}]}


async def late(asking: Supervision, held: list[str]) -> list[dict[str, Any]] | None:
    return await late_publications(cast("Any", asking), held, NOW)


async def test_publishing_and_putting_right_have_their_own_words_and_days() -> None:
    asking = Supervision()
    found = await late(asking, [])
    assert found is not None
    assert [(each["publication_no"], each["clock"].kind, each["clock"].due_on.isoformat()) for each in found] == [
        ("2", "PUT_RIGHT", "2026-12-02"),
        ("1", "PUBLICISE", "2026-12-25"),
    ]
    assert {each["clock"].urgency.code for each in found} == {"overdue"}
    assert [each.get("due_by", each.get("put_right_by")) for each in asking.asked] == ["2026-12-27", "2026-12-27"]


async def test_a_supervisor_asks_for_each_of_the_own_departments() -> None:
    asking = Supervision()
    await late(asking, ["SCJG", "YJJ"])
    assert sorted(each["department"] for each in asking.asked) == ["SCJG", "SCJG", "YJJ", "YJJ"]


async def test_nobody_answering_is_told_from_nothing_being_late() -> None:
    assert await late(Supervision(away=True), []) is None
