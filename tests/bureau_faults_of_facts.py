"""Bureau systems that take facts they subscribed to wrongly, each with one fault, by the requirement it misses."""

import json
from collections.abc import Mapping
from typing import Any

from examples.bureau.bureau import GRADE_CHANGED, Bureau
from examples.bureau.linkage import Forged
from tests.bureau_faults import built, fault


@fault("J-22")
def keeps_one_secret(said: Mapping[str, Any]) -> Bureau:
    class Single(Bureau):
        def pushed(self, body: bytes, headers: Mapping[str, str]) -> None:
            self.secrets = self.secrets[-1:]
            super().pushed(body, headers)

    return built(said, Single)


@fault("J-22")
def never_forgets_a_secret(said: Mapping[str, Any]) -> Bureau:
    class Hoarding(Bureau):
        def pushed(self, body: bytes, headers: Mapping[str, str]) -> None:
            self.all_time = list({*getattr(self, "all_time", ()), *self.secrets})
            told, self.secrets = self.secrets, self.all_time
            try:
                super().pushed(body, headers)
            finally:
                self.secrets = told

    return built(said, Hoarding)


@fault("J-23")
def waits_for_what_is_missing(said: Mapping[str, Any]) -> Bureau:
    class Waiting(Bureau):
        def graded(self, fact: Mapping[str, Any]) -> None:
            known, _ = self.grades.get(fact["subject"]["id_no"], (0, ""))
            if fact["version"] <= known + 1:
                super().graded(fact)

    return built(said, Waiting)


@fault("J-23")
def refuses_what_is_ahead(said: Mapping[str, Any]) -> Bureau:
    class Strict(Bureau):
        def kept(self, message_id: str, message: dict[str, Any]) -> bool:
            if message["type"] == GRADE_CHANGED:
                fact = message["data"]
                if fact["version"] > self.grades.get(fact["subject"]["id_no"], (0, ""))[0] + 1:
                    raise Forged("its predecessor has not come")
            return super().kept(message_id, message)

    return built(said, Strict)


@fault("J-24")
def believes_whoever_comes_last(said: Mapping[str, Any]) -> Bureau:
    class Forgetful(Bureau):
        def graded(self, fact: Mapping[str, Any]) -> None:
            self.grades[fact["subject"]["id_no"]] = (fact["version"], fact["grade"])

    return built(said, Forgetful)


@fault("J-24")
def refuses_what_is_late(said: Mapping[str, Any]) -> Bureau:
    class Impatient(Bureau):
        def kept(self, message_id: str, message: dict[str, Any]) -> bool:
            if message["type"] == GRADE_CHANGED:
                fact = message["data"]
                if fact["version"] < self.grades.get(fact["subject"]["id_no"], (0, ""))[0]:
                    raise Forged("older than what is known")
            return super().kept(message_id, message)

    return built(said, Impatient)


@fault("J-25")
def knows_every_field(said: Mapping[str, Any]) -> Bureau:
    class Complete(Bureau):
        def pushed(self, body: bytes, headers: Mapping[str, str]) -> None:
            if b'"remark"' in body and "remark" in json.loads(body)["data"]:
                raise Forged("unknown field remark")
            super().pushed(body, headers)

    return built(said, Complete)


@fault("J-26")
def answers_before_it_keeps(said: Mapping[str, Any]) -> Bureau:
    class Eager(Bureau):
        def pushed(self, body: bytes, headers: Mapping[str, str]) -> None:
            try:
                super().pushed(body, headers)
            except OSError:
                return

    return built(said, Eager)


@fault("J-26")
def calls_its_own_trouble_a_fault_of_the_sender(said: Mapping[str, Any]) -> Bureau:
    class Blaming(Bureau):
        def pushed(self, body: bytes, headers: Mapping[str, str]) -> None:
            try:
                super().pushed(body, headers)
            except OSError as error:
                raise Forged(str(error)) from error

    return built(said, Blaming)


@fault("J-26")
def remembers_what_it_never_kept(said: Mapping[str, Any]) -> Bureau:
    class Hasty(Bureau):
        def __init__(self, *of: Any) -> None:
            super().__init__(*of)
            self.seen: set[str] = set()

        def kept(self, message_id: str, message: dict[str, Any]) -> bool:
            if message_id in self.seen:
                return False
            self.seen.add(message_id)
            return super().kept(message_id, message)

    return built(said, Hasty)
