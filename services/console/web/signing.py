"""Signatures (现场签名) of an inspection as they are filled in: drawn on the screen, on the paper record, or refused.

The officer who is signed in and the person on site; whoever else signs does so on the paper record.
"""

from base64 import b64decode
from binascii import Error
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

from console.web.forms import Typed
from console.web.language import said
from kernel.refusal import Fault, malformed

DRAWING = "data:image/png;base64,"
_PNG = b"\x89PNG\r\n\x1a\n"
_LARGEST = 300 * 1024
"""Bytes of one drawing; some twenty thousand are usual."""


class Way(StrEnum):
    """签名方式; the empty one: not signed here."""

    NONE = ""
    DRAWN = "DRAWN"
    PAPER = "PAPER"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class Signer:
    """签名人: ``key`` in the names of the fields, ``role`` as supervision has it, and the ways open to them."""

    key: str
    role: str
    name: str
    ways: Mapping[Way, str]


_OFFICER_WAYS = {Way.NONE: said("暂不签名"), Way.DRAWN: said("在屏幕上签"), Way.PAPER: said("已在纸质笔录上签")}
SIGNERS = (
    Signer("officer", "OFFICER", said("执法人员（登录人）"), _OFFICER_WAYS),
    Signer("party", "PARTY", said("被检查人（当事人）"), _OFFICER_WAYS | {Way.REFUSED: said("拒绝签名")}),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """一个签名 as it goes to supervision; ``picture`` is empty unless it was drawn."""

    role: str
    code: str = ""
    name: str = ""
    way: Way
    picture: bytes = b""
    reason: str = ""

    @property
    def sha256(self) -> str:
        """Of the picture; empty without one."""
        return sha256(self.picture).hexdigest() if self.picture else ""

    def body(self, inspection_no: str) -> dict[str, Any]:
        """The signature of an inspection as ``POST …/signatures`` takes it."""
        return {
            "inspection_no": inspection_no,
            "role": self.role,
            "code": self.code,
            "name": self.name,
            "evidence": self.sha256,
            "on_paper": self.way is Way.PAPER,
            "refused": self.way is Way.REFUSED,
            "reason": self.reason,
        }


def signatures(typed: Typed, person: str) -> list[Drawn]:
    """The signatures that were given, those of ``person`` first. Refuses ``invalid-content``."""
    if faults := list(_faults(typed, person)):
        raise malformed(faults)
    return [
        Drawn(
            role=signer.role,
            code=person if signer.key == "officer" else "",
            name=typed.text("name:party") if signer.key == "party" else "",
            way=way,
            picture=_picture(typed, signer) if way is Way.DRAWN else b"",
            reason=typed.text("refusal:party") if way is Way.REFUSED else "",
        )
        for signer in SIGNERS
        if (way := _way(typed, signer)) is not Way.NONE
    ]


def _faults(typed: Typed, person: str) -> Iterator[Fault]:
    officer, party = (_way(typed, signer) for signer in SIGNERS)
    for signer in SIGNERS:
        if _way(typed, signer) is Way.DRAWN and not _picture(typed, signer):
            zh, en = (
                f"{signer.name}选了在屏幕上签，但还没有签；请签名，或改选其他方式",
                "the signature is still to be drawn",
            )
            yield Fault(pointer=f"/picture:{signer.key}", zh=zh, en=en)
    if officer is not Way.NONE and person not in typed.texts("inspectors"):
        zh, en = "签名的执法人员须在参加检查的人员之中", "the officer who signs must be among those who inspected"
        yield Fault(pointer="/inspectors", zh=zh, en=en)
    if party in {Way.DRAWN, Way.PAPER} and not typed.text("name:party"):
        zh, en = "请填写被检查人一方签名人的姓名", "give the name of who signs for the party"
        yield Fault(pointer="/name:party", zh=zh, en=en)
    if party is Way.REFUSED and not typed.text("refusal:party"):
        zh, en = "请填写拒绝签名的原因", "say why the party refused to sign"
        yield Fault(pointer="/refusal:party", zh=zh, en=en)


def _way(typed: Typed, signer: Signer) -> Way:
    chosen = typed.text(f"sign:{signer.key}")
    return Way(chosen) if chosen in signer.ways else Way.NONE


def _picture(typed: Typed, signer: Signer) -> bytes:
    """The drawing; empty for anything that is none."""
    told = typed.text(f"picture:{signer.key}")
    if not told.startswith(DRAWING):
        return b""
    try:
        content = b64decode(told.removeprefix(DRAWING), validate=True)
    except Error:
        return b""
    return content if content.startswith(_PNG) and len(content) <= _LARGEST else b""
