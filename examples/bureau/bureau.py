"""A bureau's own system (示例业务系统), as far as the linkage is concerned: forms go out, a push comes in."""

from collections.abc import Mapping, Sequence
from typing import Any

from examples.bureau.linkage import Linkage, Refused, verified

KINDS = {"新办": "NEW", "变更": "CHANGE", "延续": "RENEW", "注销": "CANCEL"}
RESULTS = {"合格": "PASS", "基本合格": "PASS_WITH_CONDITIONS", "不合格": "FAIL"}
GRADE_CHANGED = "cn.shenguan.credit.grade.changed.v1"
ID_TYPES = {"统一社会信用代码": "001", "居民身份证": "111", "其他登记号": "099"}


class Bureau:
    """业务系统. ``Unanswered`` and ``Forged`` pass through: the first is tried again later, the second answered 401."""

    def __init__(self, linkage: Linkage, source_system: str, secrets: Sequence[str]) -> None:
        self.linkage, self._source, self.secrets = linkage, source_system, secrets
        self.notices: dict[str, dict[str, Any]] = {}
        """What was pushed, by its id: a real system keeps it in its database before it answers."""
        self.grades: dict[str, tuple[int, str]] = {}
        """证件号码 → version and 信用等级."""
        self.away = False
        """The database is away; for the trial alone."""

    def decided(self, form: Mapping[str, Any], revision: int = 1) -> str:
        """Send what was decided, or its correction as the next revision; empty, or why it was refused, for the clerk."""
        try:
            self.linkage.send(self.case(form, revision))
        except Refused as refusal:
            return str(refusal)
        return ""

    def case(self, form: Mapping[str, Any], revision: int = 1) -> dict[str, Any]:
        """The form as the standard writes it."""
        return {
            "source_system": self._source,
            "case_id": form["办件编号"],
            "revision": revision,
            "kind": KINDS[form["办理类型"]],
            "item_code": form["事项编码"],
            "region": form["区划"],
            "decided_on": form["决定日期"],
            "subject": {"id_type": ID_TYPES[form["证件类型"]], "id_no": form["证件号码"], "name": form["名称"]},
            "object": {"object_no": form["许可证编号"], "name": form["场所"], "address": form["地址"]},
        }

    def inspected(self, form: Mapping[str, Any]) -> str:
        """Send what was found; empty, or why it was refused, for the officer."""
        try:
            self.linkage.report(self.inspection(form))
        except Refused as refusal:
            return str(refusal)
        return ""

    def inspection(self, form: Mapping[str, Any]) -> dict[str, Any]:
        """The form as the standard writes it; the number is the form's own, whatever becomes of sending it."""
        failed = form["不合格项"]
        return {
            "source_system": self._source,
            "inspection_no": form["检查编号"],
            "object_no": form["许可证编号"],
            "inspected_on": form["检查日期"],
            "inspectors": form["执法人员"],
            "result": RESULTS[form["检查结果"]],
            "lines": [{"code": code, "result": "FAIL"} for code in failed],
            "findings": [{"line_code": code, "severity": "MINOR", "note": note} for code, note in failed.items()],
        }

    def pushed(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Keep a push once; answer 2xx, whatever it is about. Raises Forged: answer 401; OSError: answer 503."""
        self.take(headers["webhook-id"], verified(self.secrets, body, headers))

    def take(self, message_id: str, message: dict[str, Any]) -> None:
        """Keep what is believed, and do what it asks for when it is new."""
        if self.kept(message_id, message) and message["type"] == GRADE_CHANGED:
            self.graded(message["data"])

    def kept(self, message_id: str, message: dict[str, Any]) -> bool:
        """Whether it is new. Raises OSError when it cannot be kept: it comes again."""
        if self.away:
            raise ConnectionError("the database is away")
        new = message_id not in self.notices
        self.notices.setdefault(message_id, message)
        return new

    def graded(self, fact: Mapping[str, Any]) -> None:
        """等级变化: the newest version counts, whatever came before it or comes late."""
        id_no, version = fact["subject"]["id_no"], fact["version"]
        if version > self.grades.get(id_no, (0, ""))[0]:
            self.grades[id_no] = (version, fact["grade"])
