"""Container tests are never silently absent: without an engine they say so loudly, and with CI=true they fail."""

import gc
import os
import warnings
from contextlib import closing

import docker
import pytest
from docker.errors import DockerException, ImageNotFound
from testcontainers.core.config import ConnectionMode, testcontainers_config

IMAGES = ("postgres:18", "nats:2.15")
OURS = pytest.StashKey[set[str]]()
"""Ids of the collected tests that need an engine."""

# The reaper is one more image to pull; every container here is removed by its own with-block.
testcontainers_config.ryuk_disabled = True
# Ports are published on this machine's loopback, wherever the tests think they run.
testcontainers_config.connection_mode_override = ConnectionMode.docker_host


@pytest.fixture(scope="session")
def engine() -> None:
    """A container engine that has the images; else the test is skipped, or fails when CI=true."""
    missing = missing_engine() or missing_image()
    if missing is None:
        return
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(missing, pytrace=False)
    pytest.skip(missing)


def missing_engine() -> str | None:
    """That no engine answers and what to do about it; None when one does."""
    reason = None
    with warnings.catch_warnings():
        # docker leaves its socket to the garbage when nobody answers; the test that happens to run has no part in it.
        warnings.simplefilter("ignore", ResourceWarning)
        try:
            docker.from_env().close()
        except DockerException as error:
            reason = (
                '没有可用的容器引擎，请执行 eval "$(tests/containers/engine-up)" / '
                f'no container engine answers; run eval "$(tests/containers/engine-up)" ({error})'
            )
        gc.collect()
    return reason


def missing_image() -> str | None:
    """Which image the engine lacks and how to get it; None when all are there."""
    with closing(docker.from_env()) as client:
        for image in IMAGES:
            try:
                client.images.get(image)
            except ImageNotFound:
                return (
                    f"缺少镜像 {image}，请执行 docker pull {image} 或 tests/containers/base-images / "
                    f"the image {image} is missing; run docker pull {image} or tests/containers/base-images"
                )
    return None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Remember which tests need an engine; a report does not tell."""
    config.stash[OURS] = {item.nodeid for item in items if item.get_closest_marker("containers")}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """One line that nobody can overlook: the container tests ran and how long, or they did not and why."""
    ids = config.stash.get(OURS, set())
    reports = [report for kind in terminalreporter.stats.values() for report in kind]
    # The stats hold deselected items too, which are no reports.
    ours = [report for report in reports if isinstance(report, pytest.TestReport) and report.nodeid in ids]
    skipped = [report for report in ours if report.skipped]
    if skipped:
        terminalreporter.write_sep("!", "容器测试未执行 / CONTAINER TESTS DID NOT RUN", yellow=True, bold=True)
        for reason in sorted({report.longrepr[2] for report in skipped if isinstance(report.longrepr, tuple)}):
            terminalreporter.write_line(reason, yellow=True)
    elif ours:
        seconds = sum(report.duration for report in ours)
        terminalreporter.write_sep("-", f"容器测试已执行 / container tests ran: {seconds:.0f} s")
