"""One worker of the Celery peer (任务队列的进程): tasks acknowledged late, SQLAlchemy Core, Redis. Started by peer_celery.py.

A step is a task on its service's queue: one statement, committed, and then the next task is sent. Between the two
nothing protects the chain: a crash there loses it, as there is no outbox. The worker does its tasks in its own process
(``solo``): with three services on two cores the cheapest; child processes took a fifth to a quarter more.
"""

import sys
import warnings
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any

import redis
from celery import Celery, signals
from celery.platforms import SecurityWarning
from sqlalchemy import Engine, create_engine

from benchmarks.chain import inspection_of
from benchmarks.measuring import say, told
from benchmarks.steps import DECIDE, GRADE, HOLD_AT_APPROVAL, HOLD_AT_SUPERVISION, INSPECT, MATCH, RECORD, Step

Facts = dict[str, Any]
ENDED = "ended"
"""The list on which holders of the grade say when they had it: ``service:chain:instant``."""


def app_of(redis_url: str) -> Celery:
    """The queue, as the manual says for many short tasks: late acknowledgement, no results, much prefetched."""
    app = Celery("benchmarks", broker=redis_url)
    app.conf.update(
        task_acks_late=True,
        task_ignore_result=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=64,
        worker_redirect_stdouts=False,
        worker_send_task_events=False,
        broker_connection_retry_on_startup=True,
        task_routes={f"{service}.*": {"queue": service} for service in ("approval", "supervision", "credit")},
    )
    return app


class Service:
    """The steps of one service; its connections are made in the process that uses them."""

    def __init__(self, name: str, app: Celery, database: str, redis_url: str) -> None:
        self._name, self._app = name, app
        self._database, self._redis_url = database, redis_url
        self._engine: Engine | None = None
        self._ended: redis.Redis | None = None
        steps: dict[str, dict[str, Callable[[Facts], None]]] = {
            "approval": {"decide": self.decide, "hold": self.hold},
            "supervision": {"match": self.match, "inspect": self.inspect, "hold": self.hold},
            "credit": {"record": self.record},
        }
        for step, body in steps[name].items():
            app.task(name=f"{name}.{step}")(body)

    def decide(self, case: Facts) -> None:
        """审批."""
        self._do(DECIDE, case)
        self._send("supervision.match", case)

    def match(self, case: Facts) -> None:
        """监管: the bureau that inspects answers at once."""
        self._do(MATCH, case)
        report = inspection_of(case["chain"])
        self._send("supervision.inspect", {name: getattr(report, name) for name in report.__struct_fields__})

    def inspect(self, report: Facts) -> None:
        """监管: an inspection of no open task was taken before."""
        if task := self._do(INSPECT, report):
            self._send("credit.record", report | dict(task))

    def record(self, event: Facts) -> None:
        """信用: the grade is told to both who hold it."""
        self._do(RECORD, event | GRADE)
        grade = {"chain": event["chain"], "holder": event["holder"], **GRADE}
        self._send("approval.hold", grade)
        self._send("supervision.hold", grade)

    def hold(self, grade: Facts) -> None:
        """审批、监管."""
        self._do(HOLD_AT_APPROVAL if self._name == "approval" else HOLD_AT_SUPERVISION, grade)
        self._ended = self._ended or redis.Redis.from_url(self._redis_url)
        self._ended.rpush(ENDED, f"{self._name}:{grade['chain']}:{monotonic()}")

    def _do(self, step: Step, facts: Mapping[str, Any]) -> Mapping[str, Any] | None:
        self._engine = self._engine or create_engine(
            self._database.replace("postgresql", "postgresql+psycopg", 1),
            isolation_level="AUTOCOMMIT",  # one statement commits by itself
            pool_reset_on_return=None,
        )
        with self._engine.connect() as connection:
            result = connection.execute(step.text, facts)
            row = result.mappings().first() if result.returns_rows else None
            return dict(row) if row else None

    def _send(self, task: str, body: Mapping[str, Any]) -> None:
        self._app.send_task(task, [body])


def main() -> None:
    """Work until ended."""
    name, settings = sys.argv[1], told()
    app = app_of(settings["redis"])
    Service(name, app, settings["database"], settings["redis"])
    warnings.simplefilter("ignore", SecurityWarning)  # who may run a benchmark is not its business
    signals.worker_ready.connect(lambda **_: say("ready"), weak=False)
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "ERROR"]
    app.worker_main(["--quiet", "worker", "-Q", name, "-n", f"{name}@bench", "-P", "solo", *quiet])


if __name__ == "__main__":
    main()
