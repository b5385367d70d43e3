"""A program can be given a wrong wall clock; its monotonic clock stays right."""

import subprocess
import sys
import time

import pytest

from ops.chaos.wrong_clock import clock_missing, with_clock_off

MISSING = clock_missing()
ASK = "import os, time; print(time.time(), time.monotonic(), os.getpid())"


@pytest.mark.skipif(MISSING is not None, reason=" / ".join(MISSING or ()))
@pytest.mark.parametrize("hours", [1, -1])
def test_the_wall_clock_is_off_by_an_hour_and_the_monotonic_clock_is_not(hours: int) -> None:
    command = with_clock_off([sys.executable, "-c", ASK], hours * 3600)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        wall, monotonic, pid = map(float, process.communicate()[0].split())
    assert abs(wall - time.time() - hours * 3600) < 60
    assert abs(monotonic - time.monotonic()) < 60
    assert pid == process.pid
