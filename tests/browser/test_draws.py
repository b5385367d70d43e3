"""A draw from its plan to the receipt that every reader recomputes: announced, run by two persons, green, tampered red."""

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kernel.risk import RiskClass
from supervision.domain.draws.algorithm import draw
from supervision.domain.draws.pool import DrawnDepartment, Pool, PoolObject, line_of
from tests.browser.conftest import PHONE, Visit, be

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def told(page: Any) -> str:
    """What the page says of the whole."""
    page.locator("[data-told]").wait_for()
    return str(page.locator("[data-told]").inner_text())


def test_a_draw_is_announced_and_run_by_two_persons_and_recomputed(
    visit: Visit, filed_plan: str, days_later: Callable[[float], str]
) -> None:
    page = visit("/sign-in")
    be(page, "LINKAGE_OFFICE")
    page.goto("/random")
    page.get_by_role("link", name=filed_plan).first.click()
    page.locator("summary", has_text="公告一次抽取").click()
    page.get_by_label("抽取编号").fill("D-BROWSER")
    page.get_by_label("公开数的来源").fill("示例彩票 2026300 期")
    page.get_by_label("公开数产生的时刻（北京时间）").fill(days_later(1.1))
    page.get_by_role("button", name="冻结并公告").click()
    assert "已公告" in page.locator(".task-head").inner_text()
    promised = page.locator("#announced ~ dl code").nth(2).inner_text()
    page.get_by_label("公开数", exact=True).fill("01 02 03 04 05 06")
    page.locator("#witness").fill("LDB-02")
    page.get_by_role("button", name="抽取", exact=True).click()
    assert "01 02 03 04 05 06" in page.locator("#value").input_value()
    assert page.locator("[role=alert]").is_visible()
    days_later(0)
    page.locator("#witness").fill("LDB-01")
    page.get_by_role("button", name="抽取", exact=True).click()
    assert "另一人" in page.locator("[role=alert]").inner_text()
    page.locator("#witness").fill("LDB-02")
    page.get_by_role("button", name="抽取", exact=True).click()
    assert "已抽取" in page.locator(".task-head").inner_text()
    assert "全部一致" in told(page)
    assert page.locator("[data-verdict]").all_inner_texts() == ["✓ 一致"] * 9
    assert page.locator("[data-step=announcement] [data-values]").inner_text().split()[0] == promised


@pytest.mark.parametrize(
    ("change", "red"),
    [
        (lambda receipt: receipt["result"][0]["officers"]["SCJG"].reverse(), {"result", "hash"}),
        (lambda receipt: receipt.update(public_value="06 05 04 03 02 01"), {"seed"}),
        (lambda receipt: receipt.update(pool=receipt["pool"].replace('"quota":', '"quota": ')), {"pool"}),
        (lambda receipt: receipt["announcement"].update(commitment="0" * 64), {"announcement", "secret"}),
        (lambda receipt: receipt.clear(), {"page", "pool", "seed", "result"}),
    ],
    ids=["officers", "value", "pool", "commitment", "nothing"],
)
def test_a_receipt_that_was_tampered_with_is_red(
    visit: Visit, drawn: str, tmp_path: Path, change: Callable[[Any], Any], red: set[str]
) -> None:
    page = visit("/public/draws")
    page.get_by_role("link", name=drawn).click()
    assert "全部一致" in told(page)
    receipt = json.loads(page.locator("[data-text]").text_content())
    change(receipt)
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(receipt), encoding="utf-8")
    page.locator("[type=file]").set_input_files(file)
    page.locator(".told-no").wait_for()
    for step in red:
        assert "不一致" in page.locator(f"[data-step={step}] [data-verdict]").inner_text(), step


def test_without_javascript_everybody_reads_a_draw_and_fetches_its_receipt(visit: Visit, drawn: str) -> None:
    page = visit(f"/public/draws/{drawn}", java_script_enabled=False, viewport=PHONE)
    assert page.locator("[data-verdict]").first.inner_text() == "没有核对"
    assert page.locator("#list tbody tr").count() > 0
    assert page.locator("form[action*='/random/']").count() == 0
    receipt = json.loads(page.request.get(f"/public/draws/{drawn}/receipt").body())
    assert receipt["announcement"]["draw_no"] == drawn
    assert b"def draw(" in page.request.get("/public/draws/script").body()


def pools(rng: random.Random) -> Iterator[tuple[Pool, str]]:
    """Pools of every shape, with names beyond the basic plane, and a seed for each."""
    for _ in range(20):
        refs = [f"s:{rng.choice(['店', '𠮷', '甲', 'Ａ', 'é'])}{n}" for n in range(rng.randint(1, 60))]
        objects = tuple(PoolObject(ref, rng.choice(list(RiskClass)), rng.random() < 0.1) for ref in refs)
        free = {c: sum(each.risk_class is c and not each.certain for each in objects) for c in RiskClass}
        departments = tuple(
            DrawnDepartment(
                code=f"D{n}",
                officers=rng.randint(1, 3),
                max_load=rng.randint(60, 80),
                inspectors=tuple(f"{n}-{m}" for m in range(rng.randint(8, 12))),
            )
            for n in range(rng.randint(1, 3))
        )
        people = [person for department in departments for person in department.inspectors]
        recusals = frozenset((rng.choice(people), rng.choice(refs)) for _ in range(rng.randint(0, 4)))
        quota = {c: rng.randint(0, count) for c, count in free.items()}
        pool = Pool(quota=quota, departments=departments, objects=objects, recusals=recusals)
        yield pool, f"{rng.getrandbits(256):064x}"


def test_a_browser_draws_as_the_service_does(visit: Visit) -> None:
    page = visit("/public/draws")
    drawing = f"""async (cases) => {{
        const {{ draw }} = await import({json.dumps(page.request.get("/static/draw.js").url)});
        return Promise.all(cases.map(([pool, seed]) => draw(pool, seed)));
    }}"""
    cases = list(pools(random.Random(54)))  # noqa: S311 - a test that repeats itself
    texts = [[b"".join(map(line_of, pool.lines())).decode(), seed] for pool, seed in cases]
    expected = [
        [{"object": each.ref, "officers": {code: list(team) for code, team in each.officers.items()}} for each in found]
        for found in (draw(pool, seed) for pool, seed in cases)
    ]
    assert page.evaluate(drawing, texts) == expected


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_plan_is_drafted_entry_by_entry_and_keeps_what_was_typed(
    visit: Visit,
    filed_plan: str,
    scripts: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    number = f"PLAN-{'JS' if scripts else 'PLAIN'}"
    page = visit("/sign-in", viewport=PHONE, java_script_enabled=scripts)
    be(page, "SUPERVISOR", "SCJG-03@SCJG")
    page.goto("/random")
    page.get_by_role("link", name="起草年度计划").click()
    page.get_by_label("计划编号").fill(filed_plan)
    page.get_by_label("年度").fill("2026")
    page.get_by_label("计划名称").fill("网页起草的计划")
    fill_entry(page, 1)
    page.get_by_role("button", name="再加一项").click()
    assert page.get_by_label("计划名称").input_value() == "网页起草的计划"
    assert page.locator("[name='matters:1']").input_value() == "00164000100100"
    fill_entry(page, 2, "0.5")
    page.get_by_role("button", name="再加一项").click()
    page.locator("button[name=less][value='3']").click()
    page.get_by_role("button", name="起草", exact=True).click()
    assert "已有编号" in page.locator("[role=alert]").inner_text()
    page.get_by_label("计划编号").fill(number)
    page.get_by_role("button", name="起草", exact=True).click()
    assert page.locator("h1").inner_text() == "网页起草的计划"
    assert "草稿" in page.locator(".task-head").inner_text()
    assert page.locator("#entries ~ .card-plain h3").all_inner_texts() == ["E1 第1项", "E2 第2项"]
    assert page.get_by_role("button", name="提交").is_visible()
    page.get_by_role("link", name="修改草稿").click()
    assert page.locator("[name='matters:2']").input_value() == "00164000100100"
    assert page.locator("[name='ratio-D:2']").input_value() == "0.5"
    page.locator("button[name=less][value='2']").click()
    page.get_by_role("button", name="再加一项").click()
    fill_entry(page, 3)
    page.locator("[name='name:1']").fill("改过的第1项")
    page.get_by_role("button", name="保存").click()
    assert page.locator("#entries ~ .card-plain h3").all_inner_texts() == ["E1 改过的第1项", "E3 第3项"]


def fill_entry(page: Any, number: int, ratio: str = "") -> None:
    """One entry of a plan of food checks."""
    page.locator(f"[name='name:{number}']").fill(f"第{number}项")
    page.locator(f"[name='matters:{number}']").select_option("00164000100100")
    page.locator(f"[name='from:{number}']").fill("2026-11-01")
    page.locator(f"[name='to:{number}']").fill("2026-12-31")
    page.locator(f"[name='ratio-D:{number}']").fill(ratio)
