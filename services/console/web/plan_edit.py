"""Editing a draft of an annual plan (改稿): the form it was drafted with, filled with what it says; entries changed, added, taken out.

What the form does not show of an entry (floors, targets, a department's own numbers) stays as it was.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse

from console.web.forms import Filled, Typed, refused_form
from console.web.plan_draft import WHOLE, DraftForm, plan_of, pressed
from console.web.plans import PATH
from console.web.services import Asking, Services, part
from kernel.refusal import Refusal

_SEE_OTHER = 303
Document = Mapping[str, Any]


def router(services: Services, form: DraftForm) -> APIRouter:
    """The routes; they go before those of a plan."""
    routes = APIRouter()

    async def known(request: Request, plan_no: str) -> dict[str, Any]:
        plan: dict[str, Any] = await Asking(services, request).get("supervision", f"{PATH}/{part(plan_no)}")
        if plan["state"] != "DRAFT":
            raise Refusal(
                code="plan-not-draft",
                zh="只有草稿可以修改；已提交的请先退回，已备案的请另立变更",
                en="Only a draft can be changed; send back what was submitted, amend what was filed",
                status=409,
            )
        return plan

    @routes.get("/random/plans/{plan_no}/edit")
    async def asked(request: Request, plan_no: str) -> Response:
        """The draft as it is."""
        plan = await known(request, plan_no)
        return await form.shown(request, Typed(FormData(list(fields_of(plan)))), numbers_of(plan), editing=plan)

    @routes.post("/random/plans/{plan_no}/edit")
    async def changed(request: Request, plan_no: str, typed: Filled) -> Response:
        """All or nothing; or one entry more, or one less. Refuses what somebody else changed meanwhile."""
        plan = await known(request, plan_no)
        entries, again = pressed(typed)
        if again:
            return await form.shown(request, typed, entries, editing=plan)
        try:
            _require_same(plan, typed)
            path = PATH if plan["version"] == 1 else f"{PATH}/{part(plan_no)}:amend"
            await Asking(services, request).post("supervision", path, merged(plan, typed, entries), typed.once)
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await form.shown(request, typed, entries, refusal, editing=plan)
        return RedirectResponse(f"/random/plans/{part(plan_no)}", _SEE_OTHER)

    return routes


def numbers_of(plan: Document) -> list[str]:
    """Its entries, as the form counts them."""
    return [str(number) for number, _ in enumerate(plan["entries"], start=1)]


def fields_of(plan: Document) -> Iterator[tuple[str, str]]:
    """What the form says of a draft."""
    for name in ("plan_no", "year", "title", "lead_department", "region", "reason", "drafted_at"):
        yield name, str(plan[name])
    for number, entry in zip(numbers_of(plan), plan["entries"], strict=True):
        for name, field in (("code", "code"), ("name", "name"), ("starts_on", "from"), ("ends_on", "to")):
            yield f"{field}:{number}", str(entry[name])
        yield from ((f"matters:{number}", code) for code in entry["matters"])
        yield from ((f"departments:{number}", each["department"]) for each in entry["departments"])
        yield from ((f"ratio-{letter}:{number}", str(ratio)) for letter, ratio in entry["ratios"].items())
        yield f"times:{number}", str(entry["frequency"]["times_per_year"])
        yield from ((f"{field}:{number}", each) for field, each in _uniform(entry).items())


def merged(plan: Document, typed: Typed, entries: list[str]) -> dict[str, Any]:
    """The draft as it is to be: what was typed over what stood there."""
    wanted = plan_of(typed, entries)
    before = dict(zip(numbers_of(plan), plan["entries"], strict=True))
    whole = [
        _over(before[number], entry, typed.texts(f"departments:{number}")) if number in before else entry
        for number, entry in zip(entries, wanted["entries"], strict=True)
    ]
    kept = {"plan_no": plan["plan_no"], "region": plan["region"], "reason": typed.text("reason")}
    return wanted | kept | {"entries": whole}


def _over(before: Document, wanted: dict[str, Any], chosen: list[str]) -> dict[str, Any]:
    """An entry as it is to be; of its departments the one that led it goes on to, unless it was taken out."""
    shown = {name for name, field in WHOLE.items() if field in _uniform(before)}
    own = {each["department"]: {k: v for k, v in each.items() if k not in shown} for each in before["departments"]}
    told = {each["department"]: each for each in wanted["departments"]}
    order = [*(code for code in own if code in chosen), *(code for code in told if code in chosen and code not in own)]
    taking = [own.get(code, {}) | told[code] for code in order or told]
    return {**before, **wanted, "departments": taking, "frequency": before["frequency"] | wanted["frequency"]}


def _uniform(entry: Document) -> dict[str, str]:
    """The numbers all departments of an entry have in common, by their fields."""
    wanted = {field: {each[name] for each in entry["departments"]} for name, field in WHOLE.items()}
    return {field: str(next(iter(values))) for field, values in wanted.items() if len(values) == 1}


def _require_same(plan: Document, typed: Typed) -> None:
    if str(plan["drafted_at"]) != typed.text("drafted_at"):
        raise Refusal(
            code="plan-changed",
            zh="打开以后有人改过这份草稿；请重新打开，看过再改",
            en="Somebody changed this draft after you opened it; open it again and look first",
            status=409,
        )
