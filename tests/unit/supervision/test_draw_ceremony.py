"""The ceremony of a draw: announced before the seed can be known, run once, and a receipt that names what was changed."""

import json
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from kernel.refusal import Refusal
from kernel.risk import RiskClass
from supervision.domain.draws.algorithm import SCRIPT as SCRIPT_HASH
from supervision.domain.draws.algorithm import digest
from supervision.domain.draws.ceremony import Draw, DrawState, must_lie_ahead
from supervision.domain.draws.commands import CancelDraw, PrepareDraw, PublicValue, RunDraw
from supervision.domain.draws.rules import parse
from supervision.settings import SupervisionSettings
from tests.fakes.draws import PUBLIC_AT, RUN, SCRIPT, a_draw, a_pool, as_read

A, B, C, D = RiskClass
POOL = a_pool({A: 20, C: 6, D: 3}, {A: 2, C: 2, D: 1}, recusals=frozenset({("I1", "S:D1")}))
DONE, RESULT = a_draw(POOL).concluded(RUN, POOL, PUBLIC_AT)
Receipt = dict[str, Any]


def check(folder: Path, receipt: Receipt, *options: str) -> tuple[int, str]:
    """What somebody is told who runs the script on a machine of their own."""
    file = folder / "receipt.json"
    file.write_text(json.dumps(receipt), encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(file), *options],
        check=False,
        capture_output=True,
        text=True,
        cwd=folder,
    )
    return run.returncode, run.stdout + run.stderr


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.code


def test_a_receipt_holds_with_its_pool_inside_or_beside(tmp_path: Path) -> None:
    assert check(tmp_path, as_read(DONE.receipt(RESULT, POOL))) == (0, "核对一致 / all is true\n")
    (tmp_path / "pool.jsonl").write_bytes(POOL.content)
    assert check(tmp_path, as_read(DONE.receipt(RESULT, None)), "--pool", "pool.jsonl")[0] == 0


def test_of_a_pool_that_was_changed_only_the_pool_is_named(tmp_path: Path) -> None:
    receipt = as_read(DONE.receipt(RESULT, POOL))
    for pool in (receipt["pool"][:-20], receipt["pool"].replace("S:A1", "S:A9"), "{}"):
        assert check(tmp_path, receipt | {"pool": pool}) == (1, "不一致 / not true: 抽查池 pool\n")
    del receipt["pool"]
    assert check(tmp_path, receipt) == (1, "不一致 / not true: 抽查池 pool\n")


def changed(path: str, value: Any) -> Callable[[Receipt], None]:
    *way, last = path.split(".")

    def change(receipt: Receipt) -> None:
        for step in way:
            receipt = receipt[step]
        receipt[last] = value

    return change


def swap_officers(receipt: Receipt) -> None:
    receipt["result"][0]["officers"]["D1"].reverse()


def drop_object(receipt: Receipt) -> None:
    receipt["result"].pop()


def add_object(receipt: Receipt) -> None:
    receipt["pool"] += '{"certain":true,"class":"A","object":"S:Z9"}\n'


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (changed("announcement.draw_no", "2026-2"), "公告 announcement"),
        (changed("announcement_hash", "0" * 64), "公告 announcement"),
        (changed("announcement.snapshot", "0" * 64), "抽查池 pool"),
        (add_object, "抽查池 pool"),
        (changed("announcement.algorithm", "another"), "算法 algorithm"),
        (changed("announcement.script", "0" * 64), "算法 algorithm"),
        (changed("secret", "6" * 64), "秘密数 secret"),
        (changed("announcement.commitment", "0" * 64), "秘密数 secret"),
        (changed("public_value", "08 11 31"), "种子 seed"),
        (changed("public_value", "7 11 31"), "公开数 public value"),
        (changed("seed", digest("another")), "种子 seed"),
        (swap_officers, "结果 result"),
        (drop_object, "结果 result"),
        (changed("result_hash", "0" * 64), "结果哈希 result hash"),
    ],
)
def test_what_was_changed_in_a_receipt_is_named(tmp_path: Path, change: Callable[[Receipt], None], named: str) -> None:
    receipt = as_read(DONE.receipt(RESULT, POOL))
    change(receipt)
    code, said = check(tmp_path, receipt)
    assert code == 1
    assert named in said


def test_a_receipt_forged_from_end_to_end_is_told_by_the_hash_that_was_published(tmp_path: Path) -> None:
    chosen = a_draw(POOL, secret="7" * 64)
    forged, result = chosen.concluded(RUN, POOL, PUBLIC_AT)
    receipt = as_read(forged.receipt(result, POOL))
    assert check(tmp_path, receipt)[0] == 0
    code, said = check(tmp_path, receipt, "--announced", DONE.announcement_hash)
    assert (code, "公告 announcement" in said) == (1, True)
    assert check(tmp_path, as_read(DONE.receipt(RESULT, POOL)), "--announced", DONE.announcement_hash)[0] == 0


def test_the_script_that_checks_is_the_one_announced_and_stays_small() -> None:
    assert sha256(SCRIPT.read_bytes()).hexdigest() == SCRIPT_HASH
    assert len(SCRIPT.read_text(encoding="utf-8").splitlines()) < 100


def test_the_seed_follows_from_secret_value_and_all_that_was_announced() -> None:
    assert DONE.seed == digest("5" * 64, "07 11 31", DONE.announcement_hash)
    others = [
        replace(DONE, secret="6" * 64),
        replace(DONE, value="07 11 32"),
        replace(DONE, snapshot="0" * 64),
        replace(DONE, draw_no="2026-2"),
        replace(DONE, public_value=replace(DONE.public_value, source="另一期")),
    ]
    assert len({DONE.seed, *(each.seed for each in others)}) == len(others) + 1


def test_it_is_run_once_and_the_same_command_again_gives_the_same() -> None:
    assert DONE.state is DrawState.CONCLUDED
    assert DONE.concluded(RUN, POOL, PUBLIC_AT + timedelta(days=1)) == (DONE, RESULT)
    assert refusal(lambda: DONE.concluded(replace(RUN, value="01 02 03"), POOL, PUBLIC_AT)) == "draw-over"
    assert refusal(lambda: DONE.cancelled(CancelDraw(draw_no="2026-1", by="x", reason="y"), PUBLIC_AT)) == "draw-over"


@pytest.mark.parametrize(
    ("command", "at", "code"),
    [
        (RUN, PUBLIC_AT - timedelta(seconds=1), "draw-not-due"),
        (replace(RUN, witness="clerk-1"), PUBLIC_AT, "second-person-needed"),
        (replace(RUN, value="7 11 31"), PUBLIC_AT, "invalid-content"),
        (replace(RUN, value="07  11 31"), PUBLIC_AT, "invalid-content"),
        (replace(RUN, value="٠٧ 11 31"), PUBLIC_AT, "invalid-content"),
    ],
)
def test_no_draw_before_its_moment_without_witness_or_with_a_value_written_otherwise(
    command: RunDraw, at: datetime, code: str
) -> None:
    assert refusal(lambda: a_draw(POOL).concluded(command, POOL, at)) == code


def test_a_draw_may_be_cancelled_alone_before_the_value_is_public_and_with_a_witness_after() -> None:
    alone = CancelDraw(draw_no="2026-1", by="clerk-1", reason="名录有误")
    early = a_draw(POOL).cancelled(alone, PUBLIC_AT - timedelta(seconds=1))
    assert (early.state, early.reason, early.ended_by) == (DrawState.CANCELLED, "名录有误", "clerk-1")
    assert early.cancelled(alone, PUBLIC_AT) == early
    assert refusal(lambda: a_draw(POOL).cancelled(alone, PUBLIC_AT)) == "second-person-needed"
    seen = a_draw(POOL).cancelled(replace(alone, witness="clerk-2"), PUBLIC_AT)
    assert (seen.state, seen.witness) == (DrawState.CANCELLED, "clerk-2")
    assert refusal(lambda: seen.concluded(RUN, POOL, PUBLIC_AT)) == "draw-over"


def test_the_public_is_given_its_hours() -> None:
    value = a_draw(POOL).public_value
    must_lie_ahead(value, PUBLIC_AT - timedelta(hours=24), 24)
    assert refusal(lambda: must_lie_ahead(value, PUBLIC_AT - timedelta(hours=23, minutes=59), 24)) == "draw-too-soon"


def test_the_same_preparation_is_a_repetition_and_another_is_refused() -> None:
    draw: Draw = a_draw(POOL)
    asked = PrepareDraw(draw_no="2026-1", by="clerk-1", plan_no="P2026", entry="E1", public_value=draw.public_value)
    assert draw.repeated(asked)
    assert refusal(lambda: draw.repeated(replace(asked, entry="E2"))) == "draw-differs"


@pytest.mark.parametrize(("form", "pointer"), [("##", "/public_value/form"), ("", "/public_value/form")])
def test_a_value_of_few_digits_decides_nothing(form: str, pointer: str) -> None:
    value = PublicValue(source="示例", form=form, at=PUBLIC_AT)
    with pytest.raises(Refusal) as refused:
        PrepareDraw(draw_no="1", by="a", plan_no="P", entry="E", public_value=value)
    assert pointer in {fault.pointer for fault in refused.value.faults}


def test_every_receipt_is_its_own(tmp_path: Path) -> None:
    """Two draws of one pool with one secret and one value differ, because their announcements do."""
    again, other = a_draw(POOL, draw_no="2026-2").concluded(replace(RUN, draw_no="2026-2"), POOL, PUBLIC_AT)
    assert other != RESULT
    mixed = deepcopy(as_read(again.receipt(other, POOL)))
    mixed["result"] = as_read(DONE.receipt(RESULT, POOL))["result"]
    assert "结果 result" in check(tmp_path, mixed)[1]


def test_the_rules_of_draws_name_their_source_and_stay_within_bounds() -> None:
    shipped = SupervisionSettings().draws_file.read_text(encoding="utf-8")
    assert parse(shipped).notice_hours == 24
    for broken in ("", "[notice]", shipped.replace("= 24", "= 0"), shipped.replace("= 24", '= "24"')):
        assert refusal(lambda text=broken: parse(text)) == "invalid-draw-rules"  # type: ignore[misc]
    assert refusal(lambda: parse(shipped.replace("confirmed = false", "confirmed = 0"))) == "invalid-draw-rules"
