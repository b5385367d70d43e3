"""``shenguan demo``: everything up, the example data through the whole chain, a self-check, the addresses to open.

Two parts: the Chicago files replayed on their own days, then the example county (示例县) set up and its story told.
"""

from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import Annotated, Any

import typer

from ops.county import County, county
from ops.county_play import play
from ops.county_story import SOURCE
from ops.failure import CannotRun, Exit
from ops.narrator import Narrator, conduct, until_asked_to_stop
from ops.reconcile_command import reconciled
from ops.replay.chicago import Story, read
from ops.replay.command import Replay
from ops.replay.sender import Sender
from ops.replay.table import UnreadableFilesError
from ops.report import tell
from ops.running import USUAL_STATE
from ops.services import outer_environment
from ops.stack import ROLE_SWITCH, Stack
from ops.up_command import Json, Reset, State, described, show_pages

_EXAMPLE = Path("examples") / "chicago"
Headless = Annotated[bool, typer.Option("--headless", help="只输出普通文本 / plain lines, no terminal display")]
Folder = Annotated[Path | None, typer.Option("--county", help="示例县目录，缺省 examples/county / its folder")]
End = Annotated[bool, typer.Option("--exit", help="自检后停止并返回结果 / stop after the self-check")]
_PAGES = (
    ("任务 tasks", "supervision", "/api/v1/tasks?source_system=county"),
    ("综合查一次 joint visits", "supervision", "/api/v1/visits?source_system=county"),
    ("未匹配 unmatched", "supervision", "/api/v1/decisions?outcome=UNMATCHED"),
    ("反馈与答复 feedback", "approval", "/api/v1/feedback?source_system=county"),
    ("审批人所见 progress", "approval", "/api/v1/cases/county/SL-05/progress"),
    ("红牌通知 red cards", "supervision", "/api/v1/notices?person=LDB-01"),
    ("公示 public record", "credit", "/api/v1/public/subjects/92999999MA0000082Y"),
    ("信用等级 B credit grade B", "credit", "/api/v1/subjects?grade=B"),
    ("目录 catalogue", "supervision", "/api/v1/catalogue-versions/county-1"),
)
"""What there is to see of the county: name, service, address."""
Data = Annotated[Path | None, typer.Option(help="演示数据目录，缺省 examples/chicago / folder of the demo data")]


def demo(
    *,
    state: State = USUAL_STATE,
    data: Data = None,
    county_folder: Folder = None,
    reset: Reset = False,
    headless: Headless = False,
    end: End = False,
    as_json: Json = False,
) -> None:
    """启动全部服务，载入演示数据并自检 / start everything, load the demo data, check itself.

    退出码 / exit codes: 0 the self-check found nothing · 1 it found something · 2 usage · 70 something did not start.
    """
    narrator = Narrator(as_json=as_json, headless=headless)
    conduct(_demo(state, (*_story(data), county(county_folder)), narrator, reset=reset, end=end))


async def _demo(state: Path, shown: tuple[Path, Story, County], narrator: Narrator, *, reset: bool, end: bool) -> Exit:
    folder, story, example = shown
    environment = {**outer_environment(), ROLE_SWITCH: "asked for"}
    async with Stack.open(state, reset=reset, environment=environment, say=narrator.say) as stack:
        narrator.say(f"载入演示数据 {folder}", f"loading the demo data in {folder}")
        replay = Replay(story, narrator.console)
        outcome, complete = await replay.run(stack, None)
        if not narrator.as_json:
            tell(outcome, narrator.console, None)
        told, sound = await _county(example, stack, narrator)
        result = Exit.DONE if complete and outcome.clean and sound else Exit.FINDING
        narrator.hand_over(
            described(stack) | {"self_check": int(result), "figures": outcome.figures, "county": told},
        )
        if result is Exit.DONE:
            narrator.say("自检通过", "the self-check found nothing wrong")
        else:
            narrator.say("自检发现问题，见上文", "the self-check found something, see above")
        show_pages(narrator, stack.urls)
        _show_county(narrator, stack.urls)
        narrator.say(
            f"从这里开始：{stack.urls['console']}/roles，开始导览，或选一个角色",
            f"begin at {stack.urls['console']}/roles: take the guided walk, or choose a role",
        )
        if not end:
            narrator.say("按 Ctrl-C 停止", "press Ctrl-C to stop")
            await until_asked_to_stop()
    return result


async def _county(example: County, stack: Stack, narrator: Narrator) -> tuple[dict[str, Any], bool]:
    """Tell the county's story and reconcile its source: what came of it, and whether all is as it should be."""
    begun = monotonic()
    narrator.say(f"示例县 {example.folder}", f"the example county in {example.folder}")
    told = await play(example, stack.urls, stack.headers())
    states = dict(sorted(told.states.items()))
    narrator.say(
        f"办理 {told.taken} 步，此前已办 {told.known} 步，被拒绝 {len(told.refused)} 步",
        f"took {told.taken} steps, {told.known} were taken before, {len(told.refused)} were refused",
    )
    counts = " · ".join(f"{state} {number}" for state, number in states.items())
    narrator.say(f"示例县的任务：{counts}", f"{sum(states.values())} tasks of the county")
    for sentence in told.refused:
        narrator.say(f"被拒绝 {sentence}", "refused")
    async with Sender(stack.urls, stack.headers()) as sender:
        outcome = await reconciled(sender, stack.nats_url, SOURCE, narrator.note, begun)
    for key in (*outcome.lost, *outcome.duplicated):
        narrator.say(f"对账不符 {key}", "does not agree")
    steps = {"taken": told.taken, "known": told.known, "refused": told.refused}
    return {"figures": outcome.figures, "states": states, "steps": steps}, outcome.clean and not told.refused


def _show_county(narrator: Narrator, urls: Mapping[str, str]) -> None:
    narrator.show("示例县 / the example county:")
    for name, service, path in _PAGES:
        narrator.show(f"  {urls[service]}{path}  {name}")


def _story(given: Path | None) -> tuple[Path, Story]:
    folder = _folder(given)
    try:
        return folder, read(folder)
    except UnreadableFilesError as reason:
        raise CannotRun(
            zh=f"演示数据无法读取：{reason}", en=f"the demo data cannot be read: {reason}", exit_code=Exit.USAGE
        ) from reason


def _folder(given: Path | None) -> Path:
    """The demo data: named, or below the current folder, or below the project this package is installed from."""
    wanted = [given] if given else [Path.cwd() / _EXAMPLE, Path(__file__).resolve().parents[2] / _EXAMPLE]
    for folder in wanted:
        if folder.is_dir():
            return folder
    raise CannotRun(
        zh=f"找不到演示数据目录 {wanted[0]}，请在项目目录中运行，或用 --data 指定",
        en=f"there is no demo data in {wanted[0]}; run in the project's folder or name one with --data",
        exit_code=Exit.USAGE,
    )
