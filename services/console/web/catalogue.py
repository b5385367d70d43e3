"""Catalogue (联动目录) as pages need it: why a task exists, and what its checklist asks. A published version never changes."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from console.web.services import Asking, part

_MOST = 20


@dataclass(frozen=True, slots=True)
class Reason:
    """任务依据: the link that made a task, and the checklist it is to be inspected by; empty for an ad-hoc task."""

    link: dict[str, Any]
    checklist: dict[str, Any]

    @property
    def lines(self) -> list[dict[str, str]]:
        """检查项: code and text, in the order of the checklist."""
        found: list[dict[str, str]] = self.checklist.get("lines", [])
        return found


class Catalogues:
    """The versions that were asked for last, whole."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, dict[str, Any]] = OrderedDict()

    async def reason(self, asking: Asking, task: dict[str, Any]) -> Reason:
        """Why the task exists."""
        if not task["catalogue_version"]:
            return Reason({}, {})
        version = await self.version(asking, task["catalogue_version"])
        return Reason(
            version["links"].get(task["link_code"], {}),
            version["checklists"].get(task["checklist"], {}),
        )

    async def version(self, asking: Asking, name: str) -> dict[str, Any]:
        """A version with its life, links and checklists by their codes. Refuses as supervision does."""
        if name not in self._known:
            told = await asking.get("supervision", f"/api/v1/catalogue-versions/{part(name)}")
            self._known[name] = told | {kind: {e["code"]: e for e in told[kind]} for kind in ("links", "checklists")}
            if len(self._known) > _MOST:
                self._known.popitem(last=False)
        self._known.move_to_end(name)
        return self._known[name]
