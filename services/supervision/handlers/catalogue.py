"""Catalogue and inspectors (目录与执法人员): the reference data matching and inspections rest on."""

from dataclasses import dataclass

from kernel.refusal import Refusal
from supervision.domain.catalogue import CatalogueVersion
from supervision.domain.inspector import Inspector
from supervision.ports import Work


@dataclass(frozen=True, kw_only=True)
class LoadReceipt:
    """What came of loading a version (目录载入回执)."""

    version: str
    links: int
    checklists: int
    duplicate: bool


@dataclass(frozen=True, kw_only=True)
class RegisterReceipt:
    """What came of registering an inspector (登记回执); ``duplicate`` when nothing changed."""

    code: str
    created: bool
    duplicate: bool


def load_catalogue(work: Work, version: CatalogueVersion) -> LoadReceipt:
    """目录载入: a version is immutable; the same again is a duplicate, other content ``catalogue-differs`` (409)."""
    known = work.catalogues.current.version(version.version)
    if known is None:
        work.catalogues.save(version)
    elif known != version:
        raise Refusal(
            code="catalogue-differs",
            zh=f"目录版本 {version.version} 已载入且内容不同；版本载入后不可更改，请换用新的版本号",
            en=f"version {version.version} is loaded with other content; versions never change, give it a new name",
            status=409,
        )
    return LoadReceipt(
        version=version.version,
        links=len(version.links),
        checklists=len(version.checklists),
        duplicate=known is not None,
    )


def register_inspector(work: Work, inspector: Inspector) -> RegisterReceipt:
    """执法人员登记: keeps the newest name and department of a code."""
    known = work.inspectors.known([inspector.code]).get(inspector.code)
    if known != inspector:
        work.inspectors.save(inspector)
    return RegisterReceipt(code=inspector.code, created=known is None, duplicate=known == inspector)
