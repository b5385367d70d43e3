"""Replicas (副本): how many processes of each service a stack runs, as one option says it, and what they are called."""

from collections.abc import Mapping, Sequence

from ops.failure import CannotRun, Exit

MOST = 16
"""Processes of one service; more than one machine needs."""
_EXAMPLE = "supervision=2,credit=2"


def process_name(service: str, number: int) -> str:
    """``supervision`` for the first process of a service, then ``supervision-2``, ``supervision-3`` and so on."""
    return service if number == 1 else f"{service}-{number}"


def service_of(process: str) -> str:
    """The service a process belongs to."""
    return process.partition("-")[0]


def replicas_of(said: str, services: Sequence[str]) -> dict[str, int]:
    """Service → number of its processes, from ``supervision=2,credit=2``; who is not named has one.

    Raises CannotRun (exit code 2): an unknown service, one named twice, or no number from 1 to 16.
    """
    replicas: dict[str, int] = {}
    for part in filter(None, (each.strip() for each in said.split(","))):
        name, equals, number = (each.strip() for each in part.partition("="))
        if not equals:
            raise _wrong(f"“{part}”应为 服务=进程数", f'"{part}" should be SERVICE=NUMBER')
        if name not in services:
            known = ", ".join(services)
            raise _wrong(f"没有服务 {name}，已安装的有 {known}", f"there is no service {name}; installed are {known}")
        if name in replicas:
            raise _wrong(f"{name} 写了两次", f"{name} is named twice")
        if not (number.isascii() and number.isdigit()) or not 1 <= int(number) <= MOST:
            raise _wrong(
                f"{name} 的进程数 {number or '（空）'} 应为 1 至 {MOST} 的整数",
                f"the number of processes of {name} must be a whole number from 1 to {MOST}, not {number or 'empty'}",
            )
        replicas[name] = int(number)
    return replicas


def count_of(services: Sequence[str], replicas: Mapping[str, int]) -> int:
    """How many processes these services run altogether."""
    return sum(replicas.get(name, 1) for name in services)


def _wrong(zh: str, en: str) -> CannotRun:
    return CannotRun(
        zh=f"--replicas：{zh}（例：{_EXAMPLE}）", en=f"--replicas: {en} (example: {_EXAMPLE})", exit_code=Exit.USAGE
    )
