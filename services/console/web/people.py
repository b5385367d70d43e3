"""People (人员): their names by their codes, as far as the services show them to the reader; the console keeps none."""

import asyncio
from collections.abc import Iterable

from starlette.requests import Request

from console.web.services import Asking, Services
from console.web.session import carried, departments_of
from kernel.refusal import Refusal
from kernel.role import Role

_MOST = "500"
_LISTS = {
    ("supervision", "/api/v1/inspectors"): frozenset({Role.SUPERVISOR, Role.LINKAGE_OFFICE}),
    ("approval", "/api/v1/people"): frozenset({Role.SUPERVISOR, Role.LINKAGE_OFFICE, Role.APPROVER}),
}
"""Where people stand with their names, and who is shown them."""


async def people_of(services: Services, request: Request, department: str = "") -> dict[str, str]:
    """Code → name: people of a department, of all without one, for who has one department alone of that.

    Whoever is not shown stays a code, and so does everybody of a service that is away: no page is missing for a name.
    """
    asking, session, held = Asking(services, request), carried(request.scope), departments_of(request)
    if session is None:
        return {}
    asked = held[0] if held and department not in held else department
    shown = [place for place, roles in _LISTS.items() if roles & set(session.roles)]
    lists = await asyncio.gather(*(_listed(asking, *place, asked) for place in shown))
    own = {session.person: session.name} if session.name else {}
    return own | {code: name for listed in lists for code, name in listed}


async def _listed(asking: Asking, service: str, path: str, department: str) -> Iterable[tuple[str, str]]:
    try:
        told = await asking.get(service, path, department=department, limit=_MOST)
    except Refusal:
        return ()
    return [(each["code"], each["name"]) for each in told["items"]]
