"""Elsewhere (别处): rows of the matrix this command does not run, each with the reason and where it is run instead."""

from dataclasses import dataclass

from ops.chaos.row import Ground, Report, skipped


@dataclass(frozen=True)
class Elsewhere:
    """A row that says where it is run."""

    name: str
    told: tuple[str, str]
    why: tuple[str, str]
    own_stack: bool = False

    async def run(self, ground: Ground) -> Report:
        """Say why; nothing is done."""
        ground.say(f"{self.name} 不在此演练：{self.why[0]}", f"{self.name} is not run here: {self.why[1]}")
        return skipped(self.name, self.why)


def tested(name: str, zh: str, en: str, where: str) -> Elsewhere:
    """A row that tests run: they look at answers, not at a stack under load."""
    return Elsewhere(name, (zh, en), (f"由测试执行：{where}", f"run by tests: {where}"))


ELSEWHERE = (
    tested("F14", "各版本事件混杂", "versions of events interleaved", "tests/contract/test_event_schemas.py, F13"),
    tested("F16", "畸形请求", "malformed requests", "tests/fuzz"),
    tested("F17", "越权", "authorisation bypassed", "tests/integration/access, test_nats_attacks.py"),
    tested("F18", "网络回调", "webhooks", "tests/contract/test_webhooks.py"),
    tested(
        "F22",
        "从备份恢复，NATS 在前",
        "restored from a backup while NATS is ahead",
        "tests/system/test_backup.py",
    ),
)
