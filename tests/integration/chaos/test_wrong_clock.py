"""A program can be given a wrong wall clock; its monotonic clock stays right."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from ops.chaos.wrong_clock import WrongClock, clock_missing

MISSING = clock_missing()
PATIENCE = 10
"""Seconds; the program looks at the file once a second."""
ASK = "import os, time; print(time.time(), time.monotonic(), os.getpid())"


@pytest.mark.skipif(MISSING is not None, reason=" / ".join(MISSING or ()))
@pytest.mark.parametrize("hours", [1, -1])
def test_the_wall_clock_is_off_by_an_hour_and_the_monotonic_clock_is_not(hours: int, tmp_path: Path) -> None:
    clock = WrongClock(tmp_path / "clock")
    clock.off_by(hours * 3600)
    command = clock.of([sys.executable, "-c", ASK])
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        wall, monotonic, pid = map(float, process.communicate()[0].split())
    assert abs(wall - time.time() - hours * 3600) < 60
    assert abs(monotonic - time.monotonic()) < 60
    assert pid == process.pid


@pytest.mark.skipif(MISSING is not None, reason=" / ".join(MISSING or ()))
def test_it_jumps_while_the_program_runs(tmp_path: Path) -> None:
    clock = WrongClock(tmp_path / "clock")
    clock.off_by(0)
    asks = "import sys, time\nfor _ in sys.stdin: print(time.time(), flush=True)"
    with subprocess.Popen(
        clock.of([sys.executable, "-c", asks]), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        question, answer = process.stdin, process.stdout
        assert question is not None
        assert answer is not None

        def off() -> float:
            """How far its clock is from ours now."""
            question.write("\n")
            question.flush()
            return float(answer.readline()) - time.time()

        for seconds in (0, 3600, -3600):
            clock.off_by(seconds)
            deadline = time.monotonic() + PATIENCE
            while abs(off() - seconds) > 60:
                assert time.monotonic() < deadline, f"the clock never stood {seconds} s off"
        question.close()
