"""What `shenguan bench --full` says of growth, soak and replicas: trends, ratios of medians, names of copies, what fits a cache."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from ops.bench import copies, growth, meter
from ops.bench.chain import Chains
from ops.bench.command import table
from ops.bench.copies import Copy
from ops.bench.course import Round
from ops.bench.full import Extent, Part, compared
from ops.bench.growth import Built, key
from ops.bench.trend import trend
from ops.bench.trial import Figures
from ops.failure import CannotRun
from ops.narrator import Narrator


def ran(per_second: float, cpu: float) -> Round:
    """A round of 1,000 chains."""
    chains = Chains(began=[0.0] * 1000, ended=[1000 / per_second] * 1000)
    return Round(chains, meter.Reading({"supervision": cpu, meter.DRIVER: 9.0}, 5_000_000))


def test_a_trend_is_the_slope_as_a_share_of_the_mean_with_its_error() -> None:
    falling = trend([110.0, 105.0, 100.0, 95.0, 90.0])
    assert falling is not None
    assert [falling.slope, falling.error] == pytest.approx([-0.05, 0.0])
    assert falling.falls
    noisy = trend([100.0, 90.0, 110.0, 95.0, 105.0, 99.0])
    assert noisy is not None
    assert noisy.error > 0.005
    assert not noisy.falls
    assert not noisy.rises
    assert trend([1.0, 2.0]) is None


def test_two_stacks_are_compared_by_medians_of_rates_and_of_cpu() -> None:
    told = compared([ran(300, 6), ran(100, 6), ran(310, 7)], [ran(280, 7), ran(270, 6), ran(20, 6)])
    assert (told["chains_per_s"], told["ratio"]) == (270.0, 0.9)
    assert (told["cpu_s_per_1000"], told["ratio_cpu"]) == (6.0, 1.0)
    assert told["rounds"] == [280.0, 270.0, 20.0]
    assert told["cpu_s_per_1000_by_process"] == {"supervision": 6.0, "driver": 9.0}
    assert told["wal_bytes_per_chain"] == 5000


def test_copies_lie_on_days_of_their_own_within_the_term_of_the_inbox() -> None:
    backs = [copy.back for copy in copies.copies("T000", 1, 99)]
    assert len(set(backs)) == len(backs)
    assert timedelta() < min(backs)
    assert max(backs) < timedelta(days=90) - growth.LASTS


def test_a_copy_renames_the_run_and_moves_ids_and_times() -> None:
    copy = Copy(12, "T000")
    assert copy.name == "T012"
    assert copy.of("case_id", "text").endswith("ELSE replace(case_id, 'T000-', 'T012-') END")
    assert copy.of("at", "timestamptz") == f"at - interval '{16 * 86400 + 3600} seconds'"
    assert copy.of("on_day", "date") == "on_day - 16"
    assert copy.of("payload", "bytea") == "payload"
    assert copy.past("occurred_on - {days} + 5") == "occurred_on - 16 + 5"


def test_only_tables_that_grew_with_the_chains_are_copied() -> None:
    before, after = {"task": 10, "item": 500}, {"task": 1010, "item": 500, "outbox": 1000, "decision": 500}
    assert copies.grown(before, after, 1000) == ["task", "decision"]


def test_what_was_built_is_used_again_for_a_week_by_the_same_release_alone() -> None:
    now = datetime.now(UTC).isoformat()
    built = Built(key(), 1000, now, now, {})
    assert built.fits(1000)
    assert not built.fits(2000)
    assert not replace(built, key="of another release").fits(1000)
    assert not replace(built, ended=(datetime.now(UTC) - timedelta(days=8)).isoformat()).fits(1000)


def test_it_is_kept_in_the_users_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert growth.usual_cache() == Path("/somewhere/shenguan-bench")


async def test_a_measurement_on_a_grown_stack_begins_with_the_chain_after_the_last_one(tmp_path: Path) -> None:
    grown, now = Extent(cache=tmp_path, cases=1000).grown(Narrator(as_json=True)), datetime.now(UTC).isoformat()
    grown.folder.mkdir()
    grown.used(Built(key(), 1000, now, now, {}), 14_000)
    assert (await grown.build()).measured == 14_000


@pytest.mark.parametrize(
    ("parts", "extent"),
    [
        ([Part.GROWTH], {"cases": 10**12}),
        ([Part.GROWTH, Part.ROWS], {"cases": 1, "rows": 10**12}),
        ([Part.SOAK], {"minutes": 10**9}),
        ([Part.BURST], {"decisions": 10**12}),
    ],
)
def test_a_disk_that_is_too_small_is_refused_before_anything_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parts: list[Part], extent: dict[str, int]
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=100 << 30))
    with pytest.raises(CannotRun, match="--soak"):
        Extent(cache=tmp_path, **extent).must_fit(Narrator(as_json=True), parts, 1)
    Extent(cache=tmp_path, cases=1, rows=1, minutes=0, decisions=1).must_fit(Narrator(as_json=True), parts, 1)


def test_the_table_says_what_every_part_found() -> None:
    figures = Figures()
    figures.rates["chain"], figures.cpu["chain"], figures.wal_bytes = [300.0], [5.0], [40_000.0]
    figures.parts["growth"] = {"1000000": compared([ran(300, 6)], [ran(285, 6)])}
    figures.parts["soak"] = {"minutes": 10, "per_minute": {"chains_per_s": {"percent": -0.1, "error": 0.2}}}
    figures.parts["burst"] = {"ratio_steady": 0.91}
    lines = "\n".join(table(figures.document()))
    assert "growth 1000000" in lines
    assert "285.0/s · ×0.95 · CPU ×1.0" in lines
    assert "-0.1 ± 0.2 %" in lines
    assert "0.91" in lines
