"""Supervision systems that report inspections wrongly, each with one fault, by the requirement of the standard it misses."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from examples.bureau.bureau import Bureau
from examples.bureau.linkage import Linkage, Unanswered
from tests.bureau_faults import built, fault


def reporting(said: Mapping[str, Any], change: Callable[[dict[str, Any]], None]) -> Bureau:
    """A system whose every inspection is changed before it leaves."""

    class Careless(Bureau):
        def inspection(self, form: Mapping[str, Any]) -> dict[str, Any]:
            inspection = super().inspection(form)
            change(inspection)
            return inspection

    return built(said, Careless)


@fault("J-03")
def inspects_in_the_future(said: Mapping[str, Any]) -> Bureau:
    return reporting(said, lambda inspection: inspection.update(inspected_on="9999-12-31"))


@fault("J-05")
def phone_in_a_note(said: Mapping[str, Any]) -> Bureau:
    def change(inspection: dict[str, Any]) -> None:
        for found in inspection["findings"]:
            found["note"] = "联系人电话 13812345678"

    return reporting(said, change)


@fault("J-27")
def passes_everybody(said: Mapping[str, Any]) -> Bureau:
    return reporting(said, lambda inspection: inspection.update(result="PASS"))


@fault("J-27")
def finding_without_a_failed_line(said: Mapping[str, Any]) -> Bureau:
    return reporting(said, lambda inspection: inspection.update(lines=[]))


@fault("J-27")
def unknown_field_of_an_inspection(said: Mapping[str, Any]) -> Bureau:
    return reporting(said, lambda inspection: inspection.update(weather="晴"))


@fault("J-28")
def inspects_alone(said: Mapping[str, Any]) -> Bureau:
    return reporting(said, lambda inspection: inspection.update(inspectors=["3101"]))


@fault("J-28")
def counts_one_officer_twice(said: Mapping[str, Any]) -> Bureau:
    return reporting(said, lambda inspection: inspection.update(inspectors=["3101", "3101"]))


@fault("J-29")
def another_number_each_time(said: Mapping[str, Any]) -> Bureau:
    class Renumbering(Linkage):
        def report(self, inspection: Mapping[str, Any]) -> dict[str, Any]:
            patience, self._patience = self._patience, 0
            try:
                return super().report(inspection)
            except Unanswered:
                return self.report({**inspection, "inspection_no": uuid4().hex})
            finally:
                self._patience = patience

    return built(said, linkage=Renumbering)


@fault("J-29")
def one_number_for_an_object(said: Mapping[str, Any]) -> Bureau:
    return reporting(said, lambda inspection: inspection.update(inspection_no=f"JC-{inspection['object_no']}"))


@fault("J-30")
def an_object_of_its_own(said: Mapping[str, Any]) -> Bureau:
    return reporting(said, lambda inspection: inspection.update(object_no=f"DX-{inspection['object_no']}"))


@fault("J-30")
def a_source_of_its_own(said: Mapping[str, Any]) -> Bureau:
    return reporting(said, lambda inspection: inspection.update(source_system="zhifa"))
