"""Summary (摘要): the dossier for a person, Chinese; proves nothing itself, everything in it stands in the signed files."""

import json
from base64 import b64decode
from collections.abc import Sequence
from typing import Any

from contracts.topology import EVENTS

_HEAD = """# 证明包：{case}

本页便于阅读，不作证明；证明以同包文件为准：`python verify.py 本文件.zip`，公钥编号须与主管机关公布的一致。
自然人只有引用编号（`P` 开头），没有号码与姓名。

| 记录时间（UTC） | 服务 | 事件 | 对象 | 事件编号 | 起因 |
|---|---|---|---|---|---|
"""


def summary(case: str, lines: Sequence[dict[str, Any]]) -> str:
    """The whole page."""
    events = sorted((line for line in lines if line["kind"] == "event"), key=lambda line: str(line["logged_at"]))
    entries = sorted((line for line in lines if line["kind"] == "entry"), key=lambda line: str(line["at"]))
    told = [_row(event) for event in events]
    done = [
        f"| {entry['at']} | {entry['service']} | {_cell(entry['who']['principal'])} | {_cell(entry['who']['by'])} "
        f"| {_cell(entry['who']['action'])} | {entry['who']['result']} |\n"
        for entry in entries
    ]
    said = [f"\n## {_name(event)} {event['event_id']}\n\n```json\n{_payload(event)}\n```\n" for event in events]
    audit = "\n| 审计时间（UTC） | 服务 | 谁 | 经办 | 做了什么 | 结果 |\n|---|---|---|---|---|---|\n"
    return "".join([_HEAD.format(case=case), *told, audit, *done, *said])


def _row(event: dict[str, Any]) -> str:
    headers = json.loads(event["headers"])
    return (
        f"| {event['logged_at']} | {event['service']} | {_name(event)} | {_cell(event['aggregate'])} "
        f"| {event['event_id']} | {headers.get('ce-causationid', '')} |\n"
    )


def _name(event: dict[str, Any]) -> str:
    """What the contract calls it."""
    kind = EVENTS.get(event["type"])
    told = (kind.__doc__ or "").partition("\n")[0] if kind else ""
    return _cell(told or event["type"])


def _payload(event: dict[str, Any]) -> str:
    return json.dumps(json.loads(b64decode(event["payload"])), ensure_ascii=False, indent=1)


def _cell(text: str) -> str:
    return text.replace("|", "／").replace("\n", " ")
