"""The how-to pages, followed command by command (照着操作指南做), in a folder as a reader's repository is."""

from collections.abc import Mapping
from pathlib import Path

import yaml

from tests.system.terminal import ROOT, addresses, blocks, typed

PAGES = sorted(page for page in (ROOT / "docs" / "howto").glob("*.md") if not page.name.endswith(".en.md"))
BY_FOLDER = {"operator"}
"""Whose commands find the stack by the state folder they stand beside."""
OWN_TOKEN = {"security-administrator"}
"""Whose page says how to get the token."""
_HEADINGS = "来源系统,办件编号,办理类型,事项编码,区划代码,决定日期,证件类型,证件号码,对象编号,对象名称"
_SUBJECT = "91640202MA00000B15"


def furnish(folder: Path, state: Path, today: str, later: str) -> None:
    """What the pages speak of: the repository, the state of the stack, files of one's own."""
    for name in (".venv", "examples", "services"):
        (folder / name).symlink_to(ROOT / name)
    (folder / ".shenguan").symlink_to(state)
    row = f"shenpi,SP-0201,新办,640190003000,640202,{today},001,{_SUBJECT},D-0201,示例小吃店"
    (folder / "cases.csv").write_text(f"{_HEADINGS}\n{row}\n", encoding="utf-8")
    case = (
        f'{{"source_system":"shenpi","case_id":"SP-0202","kind":"NEW","item_code":"640190003000","region":"640202",'
        f'"decided_on":"{today}","subject":{{"id_type":"001","id_no":"{_SUBJECT}"}},"object":{{"object_no":"D-0202"}}}}'
    )
    (folder / "cases.ndjson").write_text(f"{case}\n", encoding="utf-8")
    rules = yaml.safe_load((ROOT / "services" / "credit" / "rules.yaml").read_text(encoding="utf-8"))
    rules |= {"version": "2027-1", "effective_from": later}
    (folder / "rules-2027.yaml").write_text(yaml.safe_dump(rules, allow_unicode=True), encoding="utf-8")


async def follow(folder: Path, urls: Mapping[str, str], token: str) -> dict[str, list[str]]:
    """What every page's commands answer, by its name; a command that fails fails the test."""
    told: dict[str, list[str]] = {}
    for page in PAGES:
        environment = {} if page.stem in BY_FOLDER else addresses(urls)
        if page.stem not in BY_FOLDER | OWN_TOKEN:
            environment |= {"SHENGUAN_TOKEN": token}
        told[page.stem] = await typed(blocks(page), urls, environment, folder=folder)
    return told
