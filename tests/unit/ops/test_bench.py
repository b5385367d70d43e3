"""What `shenguan bench` says of its figures: medians, ratios, peers too slow to compare with, a chart that is an SVG."""

from xml.etree import ElementTree as ET

import msgspec
import pytest
from stdnum.cn import uscc as code

from ops.bench import ground, rivals
from ops.bench.chain import Chains
from ops.bench.chart import chart
from ops.bench.command import table
from ops.bench.trial import Figures, percentiles


def measured(*, http_cpu: float = 2.9) -> Figures:
    figures = Figures()
    figures.rates |= {"chain": [900.0, 1000.0, 1100.0], rivals.FLOOR: [2000.0] * 3, rivals.HTTP: [250.0, 400.0, 200.0]}
    figures.cpu |= {"chain": [1.5, 1.6, 1.7], rivals.FLOOR: [0.5] * 3, rivals.HTTP: [http_cpu] * 3}
    figures.wal_bytes = [9000.0, 10_000.4, 11_000.0]
    figures.latency = {"p50": 5.0, "p99": 9.0, "p999": 12.0}
    figures.half = {"p99": 60.0}
    figures.rival_latency = {rivals.HTTP: {"p99": 11.0}, rivals.FLOOR: {"p99": 8.0}}
    figures.floor_half = {"p99": 30.0}
    figures.paced_cpu = {"chain": 36.0, rivals.FLOOR: 21.0}
    figures.intake = {"post_per_s": 1200.0}
    return figures


def test_ratios_are_of_medians_in_one_run() -> None:
    document = measured().document()
    assert (document["chains_per_s"], document["floor_chains_per_s"]) == (1000.0, 2000.0)
    assert document["peers"] == {"http": 250.0}
    assert (document["ratio_best_peer"], document["ratio_floor"]) == (4.0, 0.5)
    assert (document["p99_ms"], document["p99_half_ms"], document["peer_p99_ms"]) == (9.0, 60.0, 11.0)
    assert (document["floor_p99_ms"], document["floor_p99_half_ms"]) == (8.0, 30.0)
    assert (document["paced_cpu_s_per_1000"], document["floor_paced_cpu_s_per_1000"]) == (36.0, 21.0)
    assert (document["cpu_s_per_1000"], document["floor_cpu_s_per_1000"]) == (1.6, 0.5)
    assert document["wal_bytes_per_chain"] == 10_000


def test_alone_there_is_nothing_to_compare_with() -> None:
    figures = measured()
    del figures.rates[rivals.FLOOR], figures.rates[rivals.HTTP]
    document = figures.document()
    assert document["peers"] == {}
    assert document["ratio_best_peer"] is document["ratio_floor"] is document["floor_cpu_s_per_1000"] is None
    assert all("None" not in line for line in table(document))


@pytest.mark.parametrize(("cpu", "weak"), [(2.9, []), (6.8, []), (7.0, [rivals.HTTP])])
def test_a_peer_below_seven_tenths_of_what_it_does_elsewhere_voids_the_run(cpu: float, weak: list[str]) -> None:
    assert measured(http_cpu=cpu).weak == weak


def test_percentiles_are_measured_values() -> None:
    assert percentiles([float(n) for n in range(1000)]) == {"p50": 500.0, "p99": 990.0, "p999": 999.0}
    assert percentiles([7.0]) == {"p50": 7.0, "p99": 7.0, "p999": 7.0}


def test_a_rate_counts_filling_and_draining_and_latency_leaves_the_first_tenth_out() -> None:
    ran = Chains(began=[float(n) for n in range(10)], ended=[n + 0.5 + (n == 0) * 100 for n in range(10)])
    assert ran.seconds == pytest.approx(100.5)
    assert ran.per_second == pytest.approx(10 / 100.5)
    assert ran.milliseconds() == pytest.approx([500.0] * 9)


def test_the_chart_has_a_bar_for_each_and_says_its_number() -> None:
    picture = ET.fromstring(chart(measured().document()))  # noqa: S314 - our own text
    bars = [each for each in picture.iter() if each.tag.endswith("rect")]
    told = [each.text for each in picture.iter() if each.tag.endswith("text")]
    assert len(bars) == 3
    assert {"shenguan", "floor", "http", "1,000", "2,000", "250"} <= set(told)
    widths = [float(bar.attrib["width"]) for bar in bars]
    assert widths[1] == max(widths)


def test_a_story_is_a_decision_and_a_failed_inspection_of_the_same_object() -> None:
    told = ground.story("R")
    case, inspection = (msgspec.json.decode(body) for body in (told.case(7), told.inspection(7)))
    assert case["object"]["object_no"] == inspection["object_no"] == "R-7"
    assert inspection["result"] == "FAIL"
    assert code.is_valid(case["subject"]["id_no"])
    assert all(officer.startswith(ground.department(7)) for officer in inspection["inspectors"])
    again = msgspec.json.decode(told.case(7 + ground.SUBJECTS))
    assert again["subject"] == case["subject"]
    assert again["case_id"] != case["case_id"]
