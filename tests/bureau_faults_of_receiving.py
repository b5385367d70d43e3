"""Bureau systems that take what is pushed wrongly, each with one fault, by the requirement of the standard it misses."""

import json
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from standardwebhooks import Webhook

from examples.bureau.bureau import GRADE_CHANGED, Bureau
from examples.bureau.linkage import Forged
from tests.bureau_faults import built, fault


class _Receiver(Bureau):
    """A receiver that checks by itself what the client would."""

    def keep(self, body: bytes, headers: Mapping[str, str]) -> None:
        self.take(headers["webhook-id"], json.loads(body))

    def on_time(self, headers: Mapping[str, str]) -> None:
        if abs(time.time() - float(headers.get("webhook-timestamp", time.time()))) > 300:
            raise Forged("timestamp")

    def signed(self, body: bytes, headers: Mapping[str, str]) -> None:
        """As the library does, but for the clock."""
        if "webhook-timestamp" not in headers:
            raise Forged("unsigned")
        message, said_at = headers["webhook-id"], float(headers["webhook-timestamp"])
        at = datetime.fromtimestamp(said_at, UTC)
        good = {Webhook(secret).sign(message, at, body.decode()) for secret in self.secrets}
        if good.isdisjoint(headers["webhook-signature"].split(" ")):
            raise Forged("signature")


@fault("J-16")
def believes_everybody(said: Mapping[str, Any]) -> Bureau:
    class Trusting(_Receiver):
        def pushed(self, body: bytes, headers: Mapping[str, str]) -> None:
            self.on_time(headers)
            self.keep(body, headers)

    return built(said, Trusting)


@fault("J-16")
def verifies_what_it_wrote_itself(said: Mapping[str, Any]) -> Bureau:
    class Rewriting(Bureau):
        def pushed(self, body: bytes, headers: Mapping[str, str]) -> None:
            again = json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":"))
            super().pushed(again.encode(), headers)

    return built(said, Rewriting)


@fault("J-16")
def looks_at_the_first_signature_alone(said: Mapping[str, Any]) -> Bureau:
    class Short(Bureau):
        def pushed(self, body: bytes, headers: Mapping[str, str]) -> None:
            first = headers.get("webhook-signature", "").split(" ")[0]
            super().pushed(body, {**headers, "webhook-signature": first})

    return built(said, Short)


@fault("J-16")
def takes_nothing(said: Mapping[str, Any]) -> Bureau:
    class Deaf(Bureau):
        def pushed(self, _body: bytes, _headers: Mapping[str, str]) -> None:
            raise Forged("whatever it is")

    return built(said, Deaf)


@fault("J-17")
def never_looks_at_the_clock(said: Mapping[str, Any]) -> Bureau:
    class Timeless(_Receiver):
        def pushed(self, body: bytes, headers: Mapping[str, str]) -> None:
            self.signed(body, headers)
            self.keep(body, headers)

    return built(said, Timeless)


@fault("J-17")
def a_minute_is_too_late(said: Mapping[str, Any]) -> Bureau:
    class Hasty(Bureau):
        def pushed(self, body: bytes, headers: Mapping[str, str]) -> None:
            if abs(time.time() - float(headers.get("webhook-timestamp", 0))) > 60:
                raise Forged("late")
            super().pushed(body, headers)

    return built(said, Hasty)


@fault("J-18")
def works_before_it_answers(said: Mapping[str, Any]) -> Bureau:
    class Busy(Bureau):
        def pushed(self, body: bytes, headers: Mapping[str, str]) -> None:
            super().pushed(body, headers)
            if len(self.notices) == 1:
                time.sleep(4.5)

    return built(said, Busy)


class _Counted(dict[str, dict[str, Any]]):
    """Tells an id as often as it was done."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []

    def setdefault(self, key: str, default: dict[str, Any]) -> dict[str, Any]:
        self.done.append(key)
        return super().setdefault(key, default)

    def __iter__(self) -> Iterator[str]:
        return iter(self.done)


@fault("J-19")
def does_everything_twice(said: Mapping[str, Any]) -> Bureau:
    bureau = built(said)
    bureau.notices = _Counted()
    return bureau


@fault("J-20")
def refuses_what_it_does_not_know(said: Mapping[str, Any]) -> Bureau:
    class Narrow(Bureau):
        def pushed(self, body: bytes, headers: Mapping[str, str]) -> None:
            super().pushed(body, headers)
            if self.notices[headers["webhook-id"]]["type"] not in {"shenguan.notice.v1", GRADE_CHANGED}:
                raise Forged("unknown type")

    return built(said, Narrow)
