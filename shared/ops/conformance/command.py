"""``shenguan conformance URL`` (对接自测): one line per requirement of the standard, with what was seen and what to do."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from importlib.metadata import entry_points
from secrets import token_urlsafe
from typing import Annotated, Any

import httpx
import typer

from chassis.webhooks.secret import new_secret
from ops.conformance import facts, inspecting, looking, receiving, sending, signing
from ops.conformance.bench import Bench, Judged, Pace, Verdict
from ops.conformance.platform import CASES, INSPECTIONS, WEBHOOKS, Platform, Take
from ops.conformance.system import Settings, System
from ops.failure import CannotRun, Exit
from ops.loopback import HOST
from ops.narrator import Narrator, conduct

GROUP = "shenguan.rehearsals"
"""Entry points: service → the rules it takes statements by."""
_LONGEST = 600.0
"""Seconds for all of it."""
_NEEDS: tuple[tuple[str, str, str, Callable[[Bench], Awaitable[None]], tuple[str, ...]], ...] = (
    ("cases", "各类办件", "cases of every kind", sending.content, ("J-01", "J-02")),
    ("inspections", "检查", "inspections", inspecting.content, inspecting.CONTENT),
    ("inspections", "检查编号", "numbers of inspections", inspecting.numbered, inspecting.NUMBER),
    ("", "连接中断", "broken connections", sending.broken, ()),
    ("", "409 与 503", "409 and 503", sending.busy, ()),
    ("", "429", "429", sending.limited, ()),
    ("", "迟来的答复", "a slow answer", sending.slow, ()),
    ("", "拒绝", "a refusal", sending.refused, ()),
    ("correction", "更正", "a correction", sending.corrected, ("J-13",)),
    ("correction", "先后", "order", sending.in_order, ("J-14",)),
    ("batch", "批量", "a batch", sending.batched, ("J-15",)),
    ("gate", "关口查询", "a question to the gate", sending.asked, ()),
    ("signed", "签名回调", "signed webhooks", signing.told, signing.NUMBERS),
    ("notices facts", "推送", "pushes", receiving.pushed, receiving.NUMBERS),
    ("facts", "推送订阅", "subscriptions", facts.pushed, facts.NUMBERS),
)
"""Abilities of which a trial needs one, its name, the trial, and the requirements only it examines."""
_SIGNS = {Verdict.PASSED: "✓", Verdict.FAILED: "✗", Verdict.NOT_APPLICABLE: "–"}


def command(
    url: Annotated[str, typer.Argument(help="被测系统的试验接口 / trial interface of the system under test")],
    *,
    host: Annotated[
        str,
        typer.Option(help="模拟平台在本机的地址，须能从被测系统访问 / address of the played platform on this machine"),
    ] = HOST,
    port: Annotated[int, typer.Option(min=0, max=65535, help="其端口，0 为任意 / its port, 0 for any")] = 0,
    json: Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")] = False,
) -> None:
    """核对业务系统是否符合对接标准（docs/standard/），不到一分钟 / see whether a bureau's system keeps the standard.

    退出码 / exit codes: 0 every requirement examined is kept · 1 some are not · 70 nothing could be examined.
    """
    narrator = Narrator(as_json=json)
    conduct(_run(url, host, port, narrator))


async def _run(url: str, host: str, port: int, narrator: Narrator) -> Exit:
    judged = await examined(url, Pace(), narrator.say, host=host, port=port)
    for line in lines(judged):
        narrator.show(line)
    narrator.hand_over(document(url, judged))
    return Exit.FINDING if any(each.verdict is Verdict.FAILED for each in judged) else Exit.DONE


async def examined(
    url: str, pace: Pace, say: Callable[[str, str], None], *, host: str = HOST, port: int = 0
) -> list[Judged]:
    """Play the linkage before the system at ``url``. Raises CannotRun."""
    async with AsyncExitStack() as leaving:
        rules = {point.name: point.load()() for point in entry_points(group=GROUP)}
        platform = _platform(rules)
        try:
            await platform.open(host, port)
        except OSError as error:
            raise CannotRun(
                zh=f"无法在 {host}:{port} 监听（{error}），请换一个 --host 或 --port",
                en=f"cannot listen on {host}:{port}; choose another --host or --port",
            ) from error
        leaving.push_async_callback(platform.close)
        http = await leaving.enter_async_context(httpx.AsyncClient(trust_env=False))
        system = System(http, url, pace.patience)
        settings = Settings(
            to=platform.url,
            key=f"sgk_TRIAL_{token_urlsafe(24)}",
            secret=new_secret(),
            source_system="trial",
        )
        does = await system.configure(settings)
        _require_rules(does, rules)
        signed = rules["approval" if "cases" in does else "supervision"].told
        platform.takes[f"{WEBHOOKS}{settings.source_system}"] = signed
        bench = Bench(system, platform, settings, does, pace, say)
        try:
            async with asyncio.timeout(_LONGEST):
                await _tried(bench)
        except TimeoutError as error:
            raise CannotRun(
                zh=f"{_LONGEST:.0f} 秒内没有做完，请确认被测系统对每个请求都有答复",
                en=f"not done within {_LONGEST:.0f} s; does the system answer every request?",
            ) from error
        return bench.judged()


async def _tried(bench: Bench) -> None:
    for abilities, zh, en, trial, numbers in _NEEDS:
        if abilities and bench.does.isdisjoint(abilities.split()):
            zh_or, en_or = abilities.replace(" ", " 或 "), abilities.replace(" ", " or ")
            bench.leave_out(numbers, f"系统没有声明 {zh_or}", f"the system does not say that it does {en_or}")
            continue
        bench.say(f"试验：{zh}", f"trial: {en}")
        await trial(bench)
    looking.looked_through(bench)


def _platform(rules: Mapping[str, Any]) -> Platform:
    """By the rules of the services that are installed."""
    if "approval" not in rules:
        raise _not_installed("审批", "approval")
    takes: dict[str, Take] = {CASES: rules["approval"].register}
    if "supervision" in rules:
        takes[INSPECTIONS] = rules["supervision"].conclude
    return Platform(takes, rules["approval"].ask)


def _require_rules(does: frozenset[str], rules: Mapping[str, Any]) -> None:
    if "inspections" in does and "supervision" not in rules:
        raise _not_installed("监管", "supervision")


def _not_installed(zh: str, en: str) -> CannotRun:
    return CannotRun(
        zh=f"没有安装{zh}服务，无法按其规则核对；请在完整的安装里运行",
        en=f"the service {en} is not installed, whose rules are needed; run it where everything is",
    )


def lines(judged: list[Judged]) -> list[str]:
    """The verdicts for a person: one line each, and below a miss what to do."""
    told = []
    for each in judged:
        asks = each.requirement
        seen = "；".join(map(str, each.seen))
        told.append(f"{_SIGNS[each.verdict]} {asks.number} {asks.zh} / {asks.en}：{seen}")
        if each.verdict is Verdict.FAILED:
            told.append(f"    → {asks.remedy_zh} / {asks.remedy_en}")
    count = {verdict: sum(each.verdict is verdict for each in judged) for verdict in Verdict}
    passed, failed, left = count[Verdict.PASSED], count[Verdict.FAILED], count[Verdict.NOT_APPLICABLE]
    told.append(f"符合 {passed}，不符 {failed}，不适用 {left} / {passed} kept, {failed} missed, {left} not applicable")
    return told


def document(url: str, judged: list[Judged]) -> dict[str, Any]:
    """The verdicts for a machine."""
    return {
        "url": url,
        "passed": all(each.verdict is not Verdict.FAILED for each in judged),
        "requirements": [
            {
                "number": each.requirement.number,
                "zh": each.requirement.zh,
                "en": each.requirement.en,
                "verdict": each.verdict.value,
                "seen": [{"zh": sentence.zh, "en": sentence.en} for sentence in each.seen],
                "remedy": {"zh": each.requirement.remedy_zh, "en": each.requirement.remedy_en}
                if each.verdict is Verdict.FAILED
                else None,
            }
            for each in judged
        ],
    }
