"""``shenguan demo``: everything up, the example data through the whole chain, a self-check, the addresses to open."""

from pathlib import Path
from typing import Annotated

import typer

from ops.failure import CannotRun, Exit
from ops.narrator import Narrator, conduct, until_asked_to_stop
from ops.replay.chicago import Story, read
from ops.replay.command import Replay
from ops.replay.table import UnreadableFilesError
from ops.report import tell
from ops.running import USUAL_STATE
from ops.stack import Stack
from ops.up_command import Json, Reset, State, described, show_pages

_EXAMPLE = Path("examples") / "chicago"
Headless = Annotated[bool, typer.Option("--headless", help="只输出普通文本 / plain lines, no terminal display")]
End = Annotated[bool, typer.Option("--exit", help="自检后停止并返回结果 / stop after the self-check")]
Data = Annotated[Path | None, typer.Option(help="演示数据目录，缺省 examples/chicago / folder of the demo data")]


def demo(
    *,
    state: State = USUAL_STATE,
    data: Data = None,
    reset: Reset = False,
    headless: Headless = False,
    end: End = False,
    as_json: Json = False,
) -> None:
    """启动全部服务，载入演示数据并自检 / start everything, load the demo data, check itself.

    退出码 / exit codes: 0 the self-check found nothing · 1 it found something · 2 usage · 70 something did not start.
    """
    narrator = Narrator(as_json=as_json, headless=headless)
    conduct(_demo(state, data, narrator, reset=reset, end=end))


async def _demo(state: Path, data: Path | None, narrator: Narrator, *, reset: bool, end: bool) -> Exit:
    folder, story = _story(data)
    async with Stack.open(state, reset=reset, say=narrator.say) as stack:
        narrator.say(f"载入演示数据 {folder}", f"loading the demo data in {folder}")
        replay = Replay(story, narrator.console)
        outcome, complete = await replay.run(stack, None)
        result = Exit.DONE if complete and outcome.clean else Exit.FINDING
        narrator.hand_over(described(stack) | {"self_check": int(result), "figures": outcome.figures})
        if not narrator.as_json:
            tell(outcome, narrator.console, None)
        if result is Exit.DONE:
            narrator.say("自检通过", "the self-check found nothing wrong")
        else:
            narrator.say("自检发现问题，见上文", "the self-check found something, see above")
        show_pages(narrator, stack.urls)
        if not end:
            narrator.say("按 Ctrl-C 停止", "press Ctrl-C to stop")
            await until_asked_to_stop()
    return result


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
