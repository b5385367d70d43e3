"""`shenguan rank evaluate` on files: the real ones, those in several folders, and those that are wrong."""

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from shutil import copytree

import pytest
from typer.testing import CliRunner

from supervision.cli.rank import app
from supervision.cli.rank_files import due, read
from supervision.domain.ranking import card_for, evaluate, parse, rank
from supervision.queries.ranking import street_of

REAL, EXCERPT = Path("tests/data/chicago"), Path("examples/chicago")
EDITION = replace(
    parse(Path("services/supervision/ranking.toml").read_text(encoding="utf-8")).editions[0], resamples=20
)
FIRST, LAST = date(2013, 1, 1), date(2013, 6, 30)
Change = Callable[[dict[str, str]], dict[str, str] | None]


def run(*words: str) -> tuple[int, str, str]:
    ended = CliRunner().invoke(app, ["evaluate", *words])
    return ended.exit_code, ended.stdout, ended.stderr


def rewritten(folder: Path, name: str, change: Change, source: Path = EXCERPT) -> Path:
    """A copy of a folder of which each row of a file was changed, or left out."""
    if not folder.exists():
        copytree(source, folder)
    with (folder / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    kept = [changed for row in rows if (changed := change(dict(row))) is not None]
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, kept[0])
        writer.writeheader()
        writer.writerows(kept)
    return folder


def order(folder: Path) -> list[tuple[tuple[str, str], int]]:
    """Everybody who is checked in the window of the untouched excerpt, as ranked with this folder."""
    history, _ = read([folder])
    edition = replace(EDITION, needed_checks=100, needed_critical=5, kinds_from=10)
    targets = {check.target for check in due(read([EXCERPT])[1], FIRST, LAST)}
    ranked = rank(card_for(history, FIRST, edition), history.before(FIRST, edition.scale), targets)
    return [(each.target, each.score) for each in ranked]


def test_on_the_first_half_of_2013_two_thirds_of_the_critical_findings_come_in_the_first_half_a_month_earlier() -> None:
    history, checks = read([REAL])
    found = evaluate(history, due(checks, FIRST, LAST), FIRST, EDITION)
    assert (found.n, found.critical, round(found.real_order_share, 4)) == (4699, 572, 0.4126)
    assert found.first_half_share >= 0.65
    assert found.days_earlier >= 25


def test_rows_of_the_window_and_what_is_known_only_later_change_no_score(tmp_path: Path) -> None:
    def other_findings(row: dict[str, str]) -> dict[str, str] | None:
        if row["Inspection_Date"] < FIRST.isoformat():
            return row | {"Inspection_Type": "?", "sanitarian": "?", "Risk": "?", "Results": "?"}
        if int(row["Inspection_ID"]) % 3 == 0:
            return None
        found = {"criticalCount": "7", "seriousCount": "9", "minorCount": "20", "Results": "Fail"}
        return row | found | {"Facility_Type": "?", "Zip": "?", "Inspection_Type": "?", "Address": "?"}

    def other_end(row: dict[str, str]) -> dict[str, str] | None:
        if row["LICENSE_TERM_START_DATE"] >= FIRST.isoformat():
            return None
        return row | {"LICENSE_STATUS": "REV", "maxDate": "2099-01-01", "LICENSE_TERM_EXPIRATION_DATE": "2099-01-01"}

    changed = rewritten(tmp_path / "data", "inspections.csv", other_findings)
    rewritten(changed, "licences.csv", other_end)
    assert order(changed) == order(EXCERPT)


def test_what_was_found_before_the_window_does_change_scores(tmp_path: Path) -> None:
    changed = rewritten(tmp_path / "data", "inspections.csv", lambda row: row | {"criticalCount": row["minorCount"]})
    assert order(changed) != order(EXCERPT)


def test_the_result_is_printed_and_written_and_the_reference_stands_beside_it(tmp_path: Path) -> None:
    words = ("--from", "2013-01-01", "--to", "2013-06-30", "--json", str(tmp_path / "r.json"))
    code, said, _ = run("--data", str(EXCERPT), *words)
    result = json.loads(said)
    assert code == 0
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8")) == result
    rows = [check for check in read([EXCERPT])[1] if FIRST <= check.on <= LAST]
    assert (result["n"], result["critical"]) == (len(rows), sum(check.critical for check in rows))
    assert result["interval"][0] <= result["first_half_share"] <= result["interval"][1]
    assert result["days_interval"][0] <= result["days_earlier"] <= result["days_interval"][1]
    assert (result["reference"]["first_half_share"], result["reference"]["real_order_share"]) == (0.69, 0.55)


def test_a_check_named_in_two_folders_counts_once_as_the_first_tells_it(tmp_path: Path) -> None:
    later = rewritten(
        tmp_path / "later",
        "inspections.csv",
        lambda row: row | {"criticalCount": "1"} if row["Inspection_Date"] >= "2013-01-01" else None,
    )
    earlier = rewritten(
        tmp_path / "earlier", "inspections.csv", lambda row: row if row["Inspection_Date"] < "2013-03-01" else None
    )
    _, once = read([EXCERPT])
    _, both = read([earlier, later])
    assert [check.check_no for check in both] == [check.check_no for check in once]
    untouched = [check for check in once if check.on < date(2013, 3, 1)]
    assert both[: len(untouched)] == untouched
    assert all(check.critical for check in both[len(untouched) :])


def test_missing_columns_and_unreadable_cells_are_named(tmp_path: Path) -> None:
    def without(row: dict[str, str]) -> dict[str, str]:
        return {name: value for name, value in row.items() if name != "criticalCount"}

    window = ("--from", "2013-01-01", "--to", "2013-06-30")
    code, _, told = run("--data", str(rewritten(tmp_path / "a", "inspections.csv", without)), *window)
    assert code == 1
    assert "inspections.csv 第 1 行：缺少列 criticalCount" in told
    broken = rewritten(tmp_path / "b", "licences.csv", lambda row: row | {"minDate": "soon"})
    code, _, told = run("--data", str(broken), *window)
    assert (code, "licences.csv 第 2 行 minDate 列" in told) == (1, True)
    (tmp_path / "c").mkdir()
    code, _, told = run("--data", str(tmp_path / "c"), *window)
    assert (code, "文件不存在" in told, "missing" in told) == (1, True, True)


def test_a_window_without_checks_and_a_day_nobody_understands_are_refused_in_both_languages() -> None:
    code, _, told = run("--data", str(EXCERPT), "--from", "2020-01-01", "--to", "2020-06-30")
    assert (code, "请换一个期间" in told, "choose another window" in told) == (1, True, True)
    code, _, told = run("--data", str(EXCERPT), "--from", "1 January", "--to", "2013-06-30")
    assert (code, "YYYY-MM-DD 形式的日期" in told) == (2, True)


def test_checks_without_a_licence_have_nothing_to_do_with_each_other(tmp_path: Path) -> None:
    folder = rewritten(
        tmp_path / "data", "inspections.csv", lambda row: row | {"License": "0" if int(row["License"]) % 2 else ""}
    )
    _, checks = read([folder])
    assert len({check.target for check in checks}) == len(checks)


@pytest.mark.parametrize(
    ("address", "street"),
    [
        ("大武口区朝阳西街12号1单元", "大武口区朝阳西街"),
        ("朝阳街 1 号", "朝阳街"),
        ("554 W PERSHING RD ", "W PERSHING RD"),
        ("4612 w 59th st 1ST", "W 59TH ST"),
        ("惠农区河滨街", "惠农区河滨街"),
        ("12号", ""),
        ("", ""),
    ],
)
def test_a_service_takes_the_street_for_the_area(address: str, street: str) -> None:
    assert street_of(address) == street


@pytest.mark.parametrize("name", ["inspections.csv", "licences.csv"])
def test_rows_in_another_order_change_nothing(tmp_path: Path, name: str) -> None:
    copytree(EXCERPT, tmp_path / "data")
    file = tmp_path / "data" / name
    heading, *rows = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([heading, *reversed(rows)]) + "\n", encoding="utf-8")
    assert order(tmp_path / "data") == order(EXCERPT)
