"""Broken bureau systems (有缺陷的业务系统): the example, each with one fault of sending, by the requirement it misses."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from threading import Thread
from typing import Any
from uuid import uuid4

import httpx
import uvicorn

from examples.bureau import linkage as sound
from examples.bureau.bureau import Bureau
from examples.bureau.linkage import Linkage, Refused
from examples.bureau.trial import application, bureau_of

Make = Callable[[Mapping[str, Any]], Bureau]
FAULTS: dict[str, tuple[str, Make]] = {}
"""Name of the fault → the requirement, and the system that has it."""


def fault(number: str) -> Callable[[Make], Make]:
    def kept(make: Make) -> Make:
        FAULTS[make.__name__] = (number, make)
        return make

    return kept


@contextmanager
def served(make: Make | None = None, **says: Sequence[str]) -> Iterator[str]:
    """The trial interface of a system on a port of its own; ``says``: what it does and sends, when not everything."""
    app = application(make or bureau_of, **says)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/trial"
    finally:
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive()


def built(said: Mapping[str, Any], bureau: type[Bureau] = Bureau, linkage: type[Linkage] = Linkage) -> Bureau:
    return bureau(linkage(said["to"], said["key"], patience=15), said["source_system"], [said["secret"]])


def changed(said: Mapping[str, Any], change: Callable[[dict[str, Any]], None]) -> Bureau:
    """A system whose every case is changed before it leaves."""

    class Careless(Bureau):
        def case(self, form: Mapping[str, Any], revision: int = 1) -> dict[str, Any]:
            case = super().case(form, revision)
            change(case)
            return case

    return built(said, Careless)


@fault("J-01")
def wrong_check_digit(said: Mapping[str, Any]) -> Bureau:
    return changed(said, lambda case: case["subject"].update(id_type="001", id_no="91640202MA00000A15"))


@fault("J-02")
def unknown_field(said: Mapping[str, Any]) -> Bureau:
    return changed(said, lambda case: case.update(remark="急件"))


@fault("J-02")
def no_region(said: Mapping[str, Any]) -> Bureau:
    return changed(said, lambda case: case.pop("region"))


@fault("J-03")
def tomorrow(said: Mapping[str, Any]) -> Bureau:
    return changed(said, lambda case: case.update(decided_on=str(date.max)))


@fault("J-03")
def instant_for_a_day(said: Mapping[str, Any]) -> Bureau:
    return changed(said, lambda case: case.update(decided_on="2026-03-02T08:00:00"))


@fault("J-04")
def no_such_region(said: Mapping[str, Any]) -> Bureau:
    return changed(said, lambda case: case.update(region="999999"))


@fault("J-05")
def phone_in_a_name(said: Mapping[str, Any]) -> Bureau:
    return changed(said, lambda case: case["object"].update(name="面馆，电话 13812345678"))


@fault("J-05")
def a_name_without_end(said: Mapping[str, Any]) -> Bureau:
    return changed(said, lambda case: case["subject"].update(name="面" * 201))


@fault("J-06")
def key_in_the_address(said: Mapping[str, Any]) -> Bureau:
    class Open(Linkage):
        def _answered(self, path: str, body: bytes, headers: Any) -> httpx.Response:
            return super()._answered(f"{path}?key={said['key']}", body, headers)

    return built(said, linkage=Open)


def with_transport(said: Mapping[str, Any], change: Callable[[httpx.Request], None]) -> Bureau:
    """A system whose every request is changed as it leaves."""
    bureau = built(said)
    bureau.linkage._http.event_hooks = {"request": [change]}
    return bureau


@fault("J-06")
def no_content_type(said: Mapping[str, Any]) -> Bureau:
    def change(request: httpx.Request) -> None:
        if not request.url.path.endswith(":batch"):
            request.headers["content-type"] = "text/plain"

    return with_transport(said, change)


@fault("J-07")
def another_key_each_time(said: Mapping[str, Any]) -> Bureau:
    def change(request: httpx.Request) -> None:
        request.headers["idempotency-key"] = str(uuid4())

    return with_transport(said, change)


@fault("J-07")
def no_key(said: Mapping[str, Any]) -> Bureau:
    def change(request: httpx.Request) -> None:
        request.headers.pop("idempotency-key", None)

    return with_transport(said, change)


@fault("J-07")
def one_key_for_all(said: Mapping[str, Any]) -> Bureau:
    def change(request: httpx.Request) -> None:
        request.headers["idempotency-key"] = "always"

    return with_transport(said, change)


def answering(said: Mapping[str, Any], change: Callable[[httpx.Response], None]) -> Bureau:
    """A system that misreads answers."""
    bureau = built(said)
    bureau.linkage._http.event_hooks = {"response": [change]}
    return bureau


@fault("J-08")
def gives_up_when_the_connection_breaks(said: Mapping[str, Any]) -> Bureau:
    bureau = built(said)
    post = bureau.linkage._http.post

    def once(*of: Any, **with_: Any) -> httpx.Response:
        try:
            return post(*of, **with_)
        except httpx.RemoteProtocolError as error:
            raise Refused({"title": "网络错误"}) from error

    bureau.linkage._http.post = once  # type: ignore[method-assign] # broken on purpose
    return bureau


@fault("J-09")
def impatient(said: Mapping[str, Any]) -> Bureau:
    def change(answer: httpx.Response) -> None:
        if answer.status_code == 503:
            answer.headers.pop("retry-after", None)

    return answering(said, change)


@fault("J-09")
def takes_a_busy_answer_for_a_refusal(said: Mapping[str, Any]) -> Bureau:
    def change(answer: httpx.Response) -> None:
        if answer.status_code == 409:
            answer.headers.pop("retry-after", None)

    return answering(said, change)


@fault("J-10")
def too_often_is_hammered(said: Mapping[str, Any]) -> Bureau:
    def change(answer: httpx.Response) -> None:
        if answer.status_code == 429:
            answer.headers.pop("retry-after", None)

    return answering(said, change)


@fault("J-11")
def short_patience(said: Mapping[str, Any]) -> Bureau:
    bureau = built(said)
    bureau.linkage._http.timeout = httpx.Timeout(1.5)
    return bureau


@fault("J-12")
def loops_on_a_refusal(said: Mapping[str, Any]) -> Bureau:
    left = [2]

    def change(answer: httpx.Response) -> None:
        if answer.status_code == 422 and left[0]:
            left[0] -= 1
            answer.status_code = 500

    return answering(said, change)


@fault("J-12")
def hides_refusals(said: Mapping[str, Any]) -> Bureau:
    class Silent(Bureau):
        def decided(self, form: Mapping[str, Any], revision: int = 1) -> str:
            return "提交失败" if super().decided(form, revision) else ""

    return built(said, Silent)


@fault("J-13")
def corrects_under_the_same_revision(said: Mapping[str, Any]) -> Bureau:
    class Overwriting(Bureau):
        def decided(self, form: Mapping[str, Any], _revision: int = 1) -> str:
            return super().decided(form)

    return built(said, Overwriting)


@fault("J-13")
def corrects_another_object(said: Mapping[str, Any]) -> Bureau:
    def change(case: dict[str, Any]) -> None:
        case["object"]["object_no"] += f"-{case['revision']}"

    return changed(said, change)


class _NoTurns:
    """Everybody at once."""

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


@fault("J-14")
def overtakes(said: Mapping[str, Any]) -> Bureau:
    bureau = built(said)
    bureau.linkage._turn = _NoTurns()  # type: ignore[assignment] # broken on purpose
    return bureau


class _Batching(Linkage):
    def lines(self, cases: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        body = b"\n".join(map(sound._written, cases))
        said = self._answered("/api/v1/cases:batch", body, {"content-type": "application/x-ndjson"})
        return [json.loads(line) for line in said.text.splitlines()]


@fault("J-15")
def sends_the_whole_batch_again(said: Mapping[str, Any]) -> Bureau:
    class Whole(_Batching):
        def send_batch(self, cases: Sequence[Mapping[str, Any]]) -> dict[tuple[str, int], Refused | None]:
            self.lines(cases)
            answers = zip(cases, self.lines(cases), strict=True)
            return {(c["case_id"], 1): Refused(a["problem"]) if "problem" in a else None for c, a in answers}

    return built(said, linkage=Whole)


@fault("J-15")
def reads_no_line_of_a_batch(said: Mapping[str, Any]) -> Bureau:
    class Blind(_Batching):
        def send_batch(self, cases: Sequence[Mapping[str, Any]]) -> dict[tuple[str, int], Refused | None]:
            self.lines(cases)
            return {}

    return built(said, linkage=Blind)


@fault("J-21")
def a_person_in_the_address(said: Mapping[str, Any]) -> Bureau:
    class Telling(Linkage):
        def may_apply(self, id_type: str, id_no: str, item: str, by: str = "") -> dict[str, Any]:
            self._http.get("/api/v1/gate", params={"id_type": id_type, "id_no": id_no})
            return super().may_apply(id_type, id_no, item, by)

    return built(said, linkage=Telling)
