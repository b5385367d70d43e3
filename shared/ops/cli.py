"""``shenguan`` (命令行): one table of commands; each is imported when it is called, so that ``--help`` stays quick.

Services join through the entry point groups ``shenguan.commands`` (one per service) and ``shenguan.tools`` (further
groups of commands under names of their own, e.g. ``catalogue``): no line here knows one of them.
"""

import traceback
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from ops.failure import Exit
from ops.services import COMMANDS_GROUP, TOOLS_GROUP, service_names


@dataclass(frozen=True)
class Entry:
    """One command (一条命令): its name, where its function or Typer application stands, and its line in the help."""

    name: str
    target: str
    told: str
    example: str


_ENTRIES = (
    Entry(
        "demo", "ops.demo_command:demo", "完整演示 / the whole chain on demo data", "shenguan demo --headless --exit"
    ),
    Entry(
        "up", "ops.up_command:up", "启动全部，Ctrl-C 停止 / start everything, Ctrl-C stops it", "shenguan up --reset"
    ),
    Entry(
        "stop",
        "ops.up_command:stop",
        "停止正在运行的服务栈 / stop a running stack",
        "shenguan stop --state ./.shenguan",
    ),
    Entry(
        "status", "ops.status_command:status", "服务、端口、就绪 / services, ports, readiness", "shenguan status --json"
    ),
    Entry(
        "token",
        "ops.token_command:token",
        "令牌：登录内嵌服务栈 / a token for the embedded stack",
        "shenguan token --person 1001 --role SUPERVISOR --department DEMO-FOOD",
    ),
    Entry(
        "provision",
        "ops.provision_command:provision",
        "创建或更新事件流 / create or update streams",
        "shenguan provision --nats-url nats://127.0.0.1:4222",
    ),
    Entry(
        "replay",
        "ops.replay.command:app",
        "回放真实数据 / replay real files",
        "shenguan replay chicago examples/chicago --json replay.json",
    ),
    Entry(
        "load",
        "ops.load.command:load",
        "压测：编造的办件经 HTTP 与 NATS 进入 / made-up cases by HTTP and NATS, reconciled",
        "shenguan load --cases 1000 --json load.json",
    ),
    Entry(
        "scenario",
        "ops.scenario.command:scenario",
        "运行场景文件 / run scenario files",
        "shenguan scenario tests/scenarios/*.yaml --json scenarios.json",
    ),
    Entry(
        "export",
        "ops.export_command:app",
        "报送：双公示、监管行为 / exports to the authorities",
        "shenguan export run licence --from 2026-03-01 --to 2026-03-31 --by clerk-1",
    ),
    Entry(
        "backup",
        "ops.upkeep.commands:backup",
        "备份 / save every service's database",
        "shenguan backup backups/2026-11-27 --with-keys",
    ),
    Entry(
        "restore",
        "ops.upkeep.commands:restored",
        "恢复并核验 / restore a backup and verify it",
        "shenguan restore backups/2026-11-27 --state ./restored",
    ),
    Entry(
        "verify",
        "ops.upkeep.commands:verified",
        "核验备份或数据库 / verify a backup, or the databases",
        "shenguan verify backups/2026-11-27",
    ),
    Entry(
        "doctor",
        "ops.upkeep.doctor:doctor",
        "体检并给出处置办法 / examine a stack and say what to do",
        "shenguan doctor --state ./.shenguan --json",
    ),
    Entry(
        "retention",
        "ops.upkeep.retention:retention",
        "清理到期的数据 / remove what is past its term",
        "shenguan retention --dry-run",
    ),
    Entry(
        "archive",
        "ops.archive.command:app",
        "归档满期的日志月份 / months of the logs, out of the databases",
        "shenguan archive make archives/2026-05",
    ),
    Entry(
        "reconcile",
        "ops.reconcile_command:command",
        "对账 / compare what services and streams hold",
        "shenguan reconcile --source chicago",
    ),
    Entry(
        "keys",
        "ops.keys_command:app",
        "密钥：签名与加密 / keys to sign and to seal with",
        "shenguan keys signing --json",
    ),
    Entry(
        "evidence",
        "ops.evidence_command:evidence",
        "一个办件的证明包 / one case with all that proves it",
        "shenguan evidence test:CASE-1 --out case.zip",
    ),
    Entry(
        "bench",
        "ops.bench.command:command",
        "性能测量 / how fast the chain is",
        "shenguan bench --json bench.json",
    ),
    Entry(
        "chaos",
        "ops.chaos.command:command",
        "故障演练 / break a stack on purpose and check it",
        "shenguan chaos --rows F1,F13 --seed 7 --events 500 --json chaos.json",
    ),
    Entry(
        "conformance",
        "ops.conformance.command:command",
        "对接自测：业务系统是否符合标准 / does a bureau's system keep the standard",
        "shenguan conformance http://127.0.0.1:9000/trial --json",
    ),
    Entry(
        "resend",
        "ops.resend_command:resend",
        "为漏收的上级重发事件 / events again, for the level above that missed them",
        "shenguan resend resent/640202 --since 2026-10-01",
    ),
    Entry(
        "audit",
        "ops.audit_command:app",
        "核验审计链 / check the audit chains",
        "shenguan audit verify --json",
    ),
)


class Deferred(TyperCommand):
    """A line in the help that becomes the real command when it is called."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(entry.name, short_help=entry.told, help=entry.told)
        self._entry = entry

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """The context of the real command."""
        return self.real().make_context(info_name, args, parent, **extra)

    def real(self) -> Any:
        """The command behind this line, imported now."""
        module, _, name = self._entry.target.partition(":")
        target = getattr(import_module(module), name)
        if not isinstance(target, typer.Typer):
            command, target = target, typer.Typer(add_completion=False)
            target.command(self._entry.name, epilog=f"例 / example: {self._entry.example}")(command)
        return get_command(target)


def application() -> TyperGroup:
    """The whole command line."""
    services = {point.name: point.value for point in entry_points(group=COMMANDS_GROUP)}
    entries = [
        *_ENTRIES,
        *(
            Entry(point.name, point.value, f"{point.name} 的命令 / commands", f"shenguan {point.name} --help")
            for point in sorted(entry_points(group=TOOLS_GROUP), key=lambda point: point.name)
        ),
        *(
            Entry(
                name, services[name], f"服务 {name} 的命令 / commands of the service {name}", f"shenguan {name} --help"
            )
            for name in service_names()
        ),
    ]
    return TyperGroup(
        name="shenguan",
        commands={entry.name: Deferred(entry) for entry in entries},
        help="审管联动：审批、监管、信用由事件相连 / approval, supervision and credit joined by events",
        epilog="退出码 / exit codes: 0 完成 done · 1 发现问题 finding · 2 用法 usage · 70 故障 failure · 130 中断 interrupted",
        no_args_is_help=True,
        rich_markup_mode="rich",
    )


def main() -> None:
    """Run ``shenguan``; what nobody foresaw ends with 70 and its traceback, for the report to the maintainers."""
    try:
        application()(prog_name="shenguan")
    except Exception:  # noqa: BLE001 - the outermost frame: the exit code is documented, the traceback is shown
        typer.echo(
            "程序出错，请把以下内容交给维护人员 / the program failed; give what follows to its maintainers", err=True
        )
        traceback.print_exc()
        raise SystemExit(Exit.SOFTWARE) from None
