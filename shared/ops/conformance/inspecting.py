"""Trials of sending inspections (报送检查的试验): what is said of an inspection, and under which number.

What becomes of them when the platform is away, slow or says no is tried in sending.py, with inspections where a system sends
no decisions.
"""

from kernel.inspection import InspectionResult
from ops.conformance.bench import Bench
from ops.conformance.platform import INSPECTIONS, LOST, TAKE, Arrival, in_turn

CONTENT = ("J-27", "J-28", "J-30")
NUMBER = ("J-29",)


async def content(bench: Bench) -> None:
    """One passed and one failed, judged by the rules of the service."""
    asked = {bench.case_id(what): what for what in ("PASS", "FAIL")}
    bench.begin(in_turn(TAKE), *asked, strict=True)
    arrived = 0
    for object_no, what in asked.items():
        before = len(bench.platform.arrivals)
        outcome = await bench.system.inspect(object_no, what)
        found = _inspections(bench, before)
        arrived += len(found)
        if not found:
            said = outcome.message or "—"
            bench.fault(
                "J-27", f"{what} 的检查没有到达（系统说：{said}）", f"the {what} one never arrived (it said: {said})"
            )
        for each in found:
            _look_at(bench, each, object_no, what)
    shared = () if "cases" in bench.does else ("J-03", "J-05")
    for number in (*CONTENT, *shared) if arrived else ():
        bench.right(
            number, f"{arrived} 次检查按监管的规则核对无误", f"{arrived} inspections passed the rules of the service"
        )


async def numbered(bench: Bench) -> None:
    """One is sent again after the connection was lost; then the object is inspected once more."""
    object_no = bench.case_id("NUMBER")
    bench.begin(in_turn(LOST, TAKE), object_no)
    await bench.system.inspect(object_no, "FAIL")
    first = {_number(each) for each in bench.arrived(object_no)}
    if not first:
        bench.leave_out(
            NUMBER, "没有检查以所问的监管对象到达，见 J-30", "nothing came about the object asked for, see J-30"
        )
        return
    await bench.system.inspect(object_no, "PASS")
    later = {_number(each) for each in bench.arrived(object_no)} - first
    if len(first) > 1:
        bench.fault(
            "J-29", f"重发时换了检查编号（{len(first)} 个）", f"a repetition had another number ({len(first)} of them)"
        )
    elif not later:
        bench.fault("J-29", "同一对象的第二次检查用了同一编号", "a second inspection of the object had the same number")
    else:
        bench.right(
            "J-29", "重发不换编号，另一次检查换", "a repetition kept its number, another inspection had its own"
        )


def _inspections(bench: Bench, before: int) -> list[Arrival]:
    return [each for each in bench.platform.arrivals[before:] if (each.method, each.path) == ("POST", INSPECTIONS)]


def _look_at(bench: Bench, arrival: Arrival, object_no: str, what: str) -> None:
    said = next(iter(arrival.documents), {})
    for field, wanted in (("object_no", object_no), ("source_system", bench.settings.source_system)):
        if said.get(field, wanted) != wanted:
            bench.fault(
                "J-30", f"/{field} 应为 {wanted}，收到 {said[field]}", f"/{field} should be {wanted}, not {said[field]}"
            )
    failed = said.get("result") == InspectionResult.FAIL
    if "result" in said and failed is not (what == "FAIL"):
        bench.fault("J-27", f"{what} 的检查说成了 {said['result']}", f"a {what} one was told as {said['result']}")


def _number(arrival: Arrival) -> str:
    return str(next(iter(arrival.documents), {}).get("inspection_no", ""))
