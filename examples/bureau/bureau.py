"""A bureau's own system (示例业务系统), as far as the linkage is concerned: a form goes out, a push comes in."""

from collections.abc import Mapping
from typing import Any

from examples.bureau.linkage import Linkage, Refused, verified

KINDS = {"新办": "NEW", "变更": "CHANGE", "延续": "RENEW", "注销": "CANCEL"}
ID_TYPES = {"统一社会信用代码": "001", "居民身份证": "111", "其他登记号": "099"}


class Bureau:
    """业务系统. ``Unanswered`` and ``Forged`` pass through: the first is tried again later, the second answered 401."""

    def __init__(self, linkage: Linkage, source_system: str, secret: str) -> None:
        self.linkage, self._source, self._secret = linkage, source_system, secret
        self.notices: dict[str, dict[str, Any]] = {}
        """What was pushed, by its id: a real system keeps it in its database before it answers."""

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

    def pushed(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Keep a push once; answer 2xx, whatever it is about. Raises Forged: answer 401."""
        message = verified(self._secret, body, headers)
        self.notices.setdefault(headers["webhook-id"], message)
