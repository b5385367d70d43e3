"""Object register (监管对象名录): what is supervised, whose it is, and how far its decisions are known here."""

from dataclasses import dataclass
from typing import Self

from kernel.refusal import Refusal
from kernel.subject import IdType, SubjectKind


@dataclass(frozen=True, kw_only=True)
class Holder:
    """行政相对人: the subject as it travels; for a person ``id_no`` is the keyed reference and ``name`` is empty."""

    id_type: str
    id_no: str
    kind: str
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class RegisteredObject:
    """监管对象: one licensed shop, site or facility; its number is unique within (source_system).

    ``object_version`` is the last decision applied here, 0 before the first. ``provisional`` (对象未登记): so far the
    object is known from inspections alone, and its holder is made up. ``case_id`` is the case the details come from.
    """

    source_system: str
    object_no: str
    holder: Holder
    name: str
    address: str
    region: str
    object_version: int
    provisional: bool
    case_id: str
    standstill: str = ""
    """停业情形 (domain/words.Standstill); empty = 正常."""

    def caught_up(self, version: int) -> Self:
        """The same object after a decision that changes nothing of its details."""
        return type(self)(**{**self.__dict__, "object_version": max(version, self.object_version)})


def unregistered(source_system: str, object_no: str, name: str, region: str) -> RegisteredObject:
    """An object no decision has named so far (孤儿对象): kept under a provisional holder until one does."""
    return RegisteredObject(
        source_system=source_system,
        object_no=object_no,
        holder=Holder(
            id_type=IdType.OTHER,
            id_no=f"PROVISIONAL-{source_system}-{object_no}",
            kind=SubjectKind.ORGANISATION,
            name=name,
        ),
        name=name,
        address="",
        region=region,
        object_version=0,
        provisional=True,
        case_id="",
    )


def no_such_object(object_no: str) -> Refusal:
    """名录中没有该对象: 404 ``not-found``."""
    return Refusal(
        code="not-found",
        zh=f"名录中没有监管对象 {object_no[:64]}，请核对来源系统和对象编号",
        en=f"the register has no object {object_no[:64]}; check source system and number",
        status=404,
    )


def require_version(known: RegisteredObject | None, presupposed: int | None) -> None:
    """The register has applied the decision the sender already knows of; else ``object-behind`` (409, retryable)."""
    applied = known.object_version if known else 0
    if presupposed is not None and applied < presupposed:
        raise Refusal(
            code="object-behind",
            zh=f"该对象的审批决定尚未全部到达（已到第 {applied} 号，需要第 {presupposed} 号），请稍后原样重试",
            en=f"the register has applied decision {applied} of this object, {presupposed} is needed; "
            "send the same again in a moment",
            status=409,
            retryable=True,
        )
