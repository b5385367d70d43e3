"""`shenguan bench` as a person types it, small: every figure is there and the chains were carried out."""

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from ops.bench import rivals

pytestmark = [pytest.mark.servers, pytest.mark.nightly, pytest.mark.timeout(900)]


BENCH = [str(Path(sys.executable).with_name("shenguan")), "bench", "--rounds", "1"]


def test_a_small_run_gives_every_figure(tmp_path: Path) -> None:
    command = [*BENCH, "--chains", "300"]
    kept, picture = tmp_path / "b.json", tmp_path / "b.svg"
    done = subprocess.run(
        [*command, "--json", str(kept), "--svg", str(picture)], capture_output=True, text=True, check=False
    )
    assert done.returncode in {0, 1}, done.stderr[-3000:]  # 1: a busy machine slowed a peer down
    document = json.loads(done.stdout)
    assert document == json.loads(kept.read_text("utf-8"))
    assert document["chains_per_s"] > 0
    assert document["ratio_floor"] == pytest.approx(document["chains_per_s"] / document["floor_chains_per_s"], rel=0.01)
    assert document["peers"].keys() == {rivals.HTTP.removeprefix("peer_")}
    assert 0 < document["p50_ms"] <= document["p99_ms"] <= document["p999_ms"]
    assert min(document[f"floor_{name}"] for name in ("p99_ms", "p99_half_ms", "paced_cpu_s_per_1000")) > 0
    assert document["intake"].keys() == {
        *("post_per_s", "ndjson_per_s", "nats_per_s"),
        *("post_alone_per_s", "ndjson_alone_per_s", "nats_alone_per_s"),
    }
    assert document["rss_mib"].keys() == {"approval", "supervision", "credit", "console", "nats"}
    assert (document["settings"]["fsync"], document["settings"]["sync_interval"]) == ("on", "always")
    assert picture.read_text("utf-8").startswith("<svg")


def test_the_parts_of_a_full_run_give_their_figures_and_a_grown_stack_is_used_again(tmp_path: Path) -> None:
    kept, cache = tmp_path / "b.json", tmp_path / "cache"
    sizes = ["--growth", "2000", "--rows", "3000", "--soak", "1", "--burst", "1000", "--cache", str(cache)]
    parts = [each for part in ("growth", "rows", "soak", "replicas", "burst") for each in ("--part", part)]
    command = [*BENCH, "--chains", "200", *sizes, "--json", str(kept)]
    done = subprocess.run([*command, *parts], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    document = json.loads(done.stdout)
    assert document == json.loads(kept.read_text("utf-8"))
    assert document["peers"] == document["intake"] == {}
    grown = document["growth"]
    assert grown.keys() == {"2000", "3000 rows"}
    assert grown["2000"]["rows"]["task"] == pytest.approx(2000, rel=0.02)
    assert min(grown["3000 rows"]["rows"].values()) >= 2900
    assert min(each["ratio"] for each in (*grown.values(), document["replicas"]["2"])) > 0
    assert document["soak"]["rss_mib"].keys() == {"approval", "supervision", "credit", "console", "nats"}
    assert document["burst"]["most_mib"].keys() == {"approval", "supervision", "credit", "console"}
    assert document["burst"]["decisions"] == 1000
    again = subprocess.run([*command, "--part", "growth"], capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr[-3000:]
    assert "using " in again.stderr


def test_the_pages_of_the_console_are_timed_before_a_small_city(tmp_path: Path) -> None:
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        cache = Path(folder, "cache")
        cache.mkdir(0o700)  # where root's databases may not be: they lie beside it
        command = [*BENCH, "--part", "console", "--growth", "2000", "--cache", str(cache)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | {"TMPDIR": folder})
        left = [*cache.iterdir(), *Path(folder).glob("shenguan-postgres-*")]
    assert done.returncode in {0, 1}, done.stderr[-3000:]  # 1: a busy machine made a page late
    told = json.loads(done.stdout)["console"]
    assert told["rows"]["case_line"] >= 2000
    assert min(each["p50"] for part in ("pages", "news") for each in told[part].values()) > 0
    assert not left
