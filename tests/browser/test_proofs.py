"""Proofs are checked in the reader's own browser: a true one is green, one that was tampered with is red."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import CASE, MakeTask, Visit, be
from tests.browser.test_journeys import answer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def told(page: Any) -> str:
    """What the page says of the whole."""
    page.locator("[data-told]").wait_for()
    return str(page.locator("[data-told]").inner_text())


def test_a_true_proof_is_green_step_by_step(visit: Visit, publicised: str) -> None:
    page = visit("/public/results")
    page.locator(f"a[href='/public/results/{publicised}']").click()
    assert "全部一致" in told(page)
    verdicts = page.locator("[data-verdict]").all_inner_texts()
    assert verdicts == ["✓ 一致"] * 8
    assert page.locator("[data-step=leaf-sm3] [data-values]").inner_text()


@pytest.mark.parametrize(
    ("change", "red"),
    [
        (lambda proof: proof | {"leaf": proof["leaf"].replace("PUBLICISED", "WITHDRAWN")}, {"leaf-sha256", "leaf-sm3"}),
        (lambda proof: proof | {"path": proof["path"] | {"sm3": ""}, "position": proof["position"] + 1}, {"leaf-sm3"}),
        (
            lambda proof: proof | {"blocks": [*proof["blocks"][:-1], proof["blocks"][-1] | {"before": "x"}]},
            {"head-sha256", "head-sm3"},
        ),
        (lambda proof: proof | {"head": proof["head"] | {"no": 999_999}}, {"signature"}),
        (lambda proof: proof | {"head": proof["head"] | {"key_id": "ed25519:0000"}}, {"signature"}),
        (lambda proof: {"format": proof["format"]}, {"content", "leaf-sm3", "chain-sha256", "head-sm3", "signature"}),
    ],
    ids=["text", "path", "block", "head", "key", "nothing"],
)
def test_a_proof_that_was_tampered_with_is_red(
    visit: Visit, publicised: str, tmp_path: Path, change: Callable[[Any], Any], red: set[str]
) -> None:
    page = visit(f"/public/results/{publicised}")
    assert "全部一致" in told(page)
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(change(json.loads(page.locator("[data-text]").text_content()))), encoding="utf-8")
    page.locator("[type=file]").set_input_files(file)
    page.locator(".told-no").wait_for()
    for step in red:
        assert "不一致" in page.locator(f"[data-step={step}] [data-verdict]").inner_text(), step


def test_a_result_is_publicised_by_somebody_who_did_not_inspect(visit: Visit, a_task: MakeTask) -> None:
    task = a_task(claimed=True)
    page = visit("/sign-in", java_script_enabled=False)
    be(page, "SUPERVISOR", "SCJG-03@SCJG")
    page.goto(f"/tasks/{task}/visit")
    answer(page)
    page.get_by_role("button", name="提交检查结果").click()
    page.goto("/publicity")
    page.locator("#list a").last.click()
    page.get_by_role("button", name="公示结果", exact=True).click()
    assert page.locator("[role=alert]").is_visible()
    address = page.url.rpartition("/")[0]
    be(page, "SUPERVISOR", "SCJG-04@SCJG")
    page.goto(address)
    page.locator(".clocks a").first.click()
    assert "起算日" in page.locator("main").inner_text()
    page.goto(address)
    page.get_by_role("button", name="公示结果", exact=True).click()
    assert "已公示" in page.locator(".task-head").inner_text()
    page.locator("summary", has_text="提出存疑").click()
    page.locator("form[action$='/question'] textarea").fill("当事人称检查日期有误")
    page.locator("form[action$='/question'] button").click()
    assert "当事人称检查日期有误" in page.locator(".notice").inner_text()
    page.get_by_role("link", name="公众看到的页面与凭证").click()
    assert page.locator("h1").inner_text() == CASE["object"]["name"]


def test_without_javascript_the_proof_is_read_fetched_and_checked_elsewhere(visit: Visit, publicised: str) -> None:
    page = visit(f"/public/results/{publicised}", java_script_enabled=False)
    assert page.locator("[data-verdict]").first.inner_text() == "没有核对"
    assert json.loads(page.locator("[data-text]").text_content())["service"] == "supervision"
    proof = page.request.get(f"/public/results/{publicised}/proof")
    assert json.loads(proof.body())["head"]["signature"]
    script = page.request.get("/public/results/script")
    assert b"def root(" in script.body()


def test_sm3_is_that_of_the_standard(visit: Visit) -> None:
    page = visit("/public/results")
    address = page.request.get("/static/sm3.js").url
    hashed = f"""async (texts) => {{
        const {{ sm3 }} = await import({json.dumps(address)});
        const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
        return texts.map((text) => hex(sm3(new TextEncoder().encode(text))));
    }}"""
    of_standard = {
        "abc": "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
        "abcd" * 16: "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
    }
    assert page.evaluate(hashed, list(of_standard)) == list(of_standard.values())
    lengths = ["字" * n + "a" * (n % 5) for n in range(200)]
    assert page.evaluate(hashed, lengths) == [hashlib.new("sm3", text.encode()).hexdigest() for text in lengths]
