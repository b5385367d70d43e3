"""`.env.example` from the settings themselves: `make env-example`. What docker-compose.yml sets is left out."""

import ast
import inspect
import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from textwrap import dedent, wrap
from typing import Any

import yaml
from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from approval.settings import ApprovalSettings
from chassis.access.settings import OidcSettings
from chassis.edge.settings import EdgeSettings
from chassis.hooks.settings import HookSettings
from chassis.notices.settings import NoticeSettings
from chassis.settings import ServiceSettings
from console.web.settings import WebSettings
from contracts.topology import LISTENS
from credit.settings import CreditSettings
from supervision.settings import SupervisionSettings

ROOT = Path(__file__).parents[1]
COVERED = (
    OidcSettings,
    ServiceSettings,
    EdgeSettings,
    NoticeSettings,
    HookSettings,
    ApprovalSettings,
    SupervisionSettings,
    CreditSettings,
    WebSettings,
)
"""Everything a service may be told; a test holds it to the classes there are."""
_HEAD = """\
# 部署的配置 / Settings of a deployment:  cp .env.example .env   (make env-example writes this file from the settings)
# 注释掉的是缺省值；口令与密钥不在这里，在 deploy/secrets / What is commented out is the default; passwords and keys are
# not here but in deploy/secrets (deploy/new-secrets).
"""
_WIDTH = 116
_PROFILES = (
    "# 哪些部分一起启动 / which parts start: core（总在 / always）, obs（观测 / who watches）, load（加压 / who tries it）",
    "# COMPOSE_PROFILES=core",
)


def text() -> str:
    """The whole file."""
    compose = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    services: dict[str, dict[str, Any]] = yaml.safe_load(compose)["services"]
    fixed = {name for service in services.values() for name in service.get("environment", {})}
    sections = [_HEAD, *(_section(settings, fixed) for settings in COVERED), _own(compose)]
    return "\n".join(sections)


def _section(settings: type[BaseSettings], fixed: set[str]) -> str:
    lines = [f"# ---- {(inspect.getdoc(inspect.getmodule(settings)) or '').splitlines()[0]}"]
    told = _docstrings(settings)
    for name, field in settings.model_fields.items():
        variables = [each for each in _variables(settings, name, field) if each not in fixed]
        if not variables:
            continue
        lines += [f"# {line}" for line in wrap(told.get(name, ""), _WIDTH)]
        if field.annotation is SecretStr:
            lines += [f"#   {each}: 机密，写成同名文件 / secret: a file of that name" for each in variables]
        else:
            needed = settings is OidcSettings and field.default == ""
            commented = "" if needed and name in ("issuer", "audience", "jwks") else "# "
            lines += [f"{commented}{each}={_default(field)}" for each in variables]
    return "\n".join(lines) + "\n"


def _variables(settings: type[BaseSettings], name: str, field: FieldInfo) -> Iterator[str]:
    """The variables of a field: of what every service has of its own, one for each service."""
    if isinstance(field.validation_alias, str):
        yield field.validation_alias
    elif prefix := settings.model_config.get("env_prefix", ""):
        yield f"{prefix}{name.upper()}"
    else:
        yield from (f"SHENGUAN_{service.upper()}_{name.upper()}" for service in LISTENS)


def _default(field: FieldInfo) -> str:
    value = field.default
    if isinstance(value, Path):
        return str(value.relative_to(ROOT)) if value.is_relative_to(ROOT) else str(value)
    if isinstance(value, tuple | bool):
        return json.dumps(value)
    return "" if value is None else str(value)


def _docstrings(settings: type[BaseSettings]) -> dict[str, str]:
    """Field → what the source says below it."""
    told: dict[str, str] = {}
    for each in reversed(settings.__mro__):
        if not issubclass(each, BaseSettings) or each is BaseSettings:
            continue
        body = ast.parse(dedent(inspect.getsource(each))).body[0].body  # type: ignore[attr-defined] # it is a class
        for field, below in pairwise(body):
            if isinstance(field, ast.AnnAssign) and isinstance(below, ast.Expr) and isinstance(field.target, ast.Name):
                told[field.target.id] = " ".join(ast.literal_eval(below.value).replace("``", "").split())
    return told


def _own(compose: str) -> str:
    """What docker-compose.yml itself asks for."""
    asked = dict.fromkeys(re.findall(r"\$\{(\w+):-([^}]*)\}", compose))
    return (
        "\n".join(["# ---- docker-compose.yml", *_PROFILES, *(f"# {name}={default}" for name, default in asked)]) + "\n"
    )


if __name__ == "__main__":
    (ROOT / ".env.example").write_text(text(), encoding="utf-8")
