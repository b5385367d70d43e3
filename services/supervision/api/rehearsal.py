"""Rehearsal (演练报送): inspections are taken or refused by the very rules of this service, in memory and with no register.

`shenguan conformance` plays the linkage with it (entry point ``shenguan.rehearsals``): what passes here passes there. Which
officers and objects there are is the matter of each deployment, so every one is known here, and no task is open.
"""

from datetime import UTC, datetime
from typing import Any

from chassis.edge.json_shape import require_sound
from chassis.ndjson import DEEPEST
from chassis.webhooks.rehearsing import told
from kernel.clock import china_day
from supervision.api.inspections import answer_of, decode_inspection
from supervision.domain.inspection import Inspection, content_hash
from supervision.handlers import InspectionReceipt


class Rehearsal:
    """One deployment that begins empty."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Inspection] = {}

    def conclude(self, body: bytes) -> tuple[int, dict[str, Any]]:
        """Status and members of the answer ``POST /api/v1/inspections`` gives. Refuses what it refuses."""
        require_sound(body, DEEPEST)
        command, now = decode_inspection(body), datetime.now(UTC)
        report, stated = command.report, (command.source_system, command.object_no)
        content = content_hash(report, *stated, command.object_name, command.region)
        key = (command.source_system, report.inspection_no)
        if duplicate := key in self._known:
            self._known[key].require_same(content)
        else:
            report.require_day(china_day(now))
            self._known[key] = Inspection(
                source_system=command.source_system,
                object_no=command.object_no,
                task_id=f"rehearsal-{len(self._known) + 1}",
                ad_hoc=True,
                orphan=True,
                report=report,
                content=content,
                recorded_at=now,
            )
        return answer_of(_receipt(self._known[key], duplicate=duplicate))

    def told(self, body: bytes) -> tuple[int, dict[str, Any]]:
        """The same of ``POST /api/v1/webhooks/{source}``; the kit looks at the signature itself."""
        return told(body, "inspection.concluded", self.conclude)


def _receipt(known: Inspection, *, duplicate: bool) -> InspectionReceipt:
    return InspectionReceipt(
        source_system=known.source_system,
        inspection_no=known.report.inspection_no,
        task_id=known.task_id,
        ad_hoc=known.ad_hoc,
        orphan=known.orphan,
        duplicate=duplicate,
    )
