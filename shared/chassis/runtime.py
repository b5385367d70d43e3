"""Runtime (运行时): composes one service process from its parts; the only place of the chassis that knows everyone.

Start: migrate, read the clock, connect, see that NATS syncs, wait for the durables, consume, relay. Stop: no new
requests, finish the batches at hand, publish what is claimed, disconnect.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import structlog
from fastapi import APIRouter, FastAPI, Response
from faststream.specification import AsyncAPI
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis.access.wiring import Access, guarded_pages
from chassis.audit.api import audit_router
from chassis.audit.log import AuditLog
from chassis.audit.sequencer import Sequencer
from chassis.audit.verifying import Verifying, verifying_router
from chassis.backlog import Backlog
from chassis.bell import Bell
from chassis.bus import Bus
from chassis.clock import CHANNEL as CLOCK_CHANNEL
from chassis.clock import StackClock
from chassis.consumer import BatchConsumer, Subscription
from chassis.database import Pool, reading_engine
from chassis.durability import NotDurableError, demand_sync
from chassis.edge.wiring import surround
from chassis.event_pages import events_router
from chassis.hooks.deliverer import Deliverer, delivering
from chassis.identity import IdentityKeys
from chassis.links import GAUGES as GAUGES_OF_LINKS
from chassis.links import Links
from chassis.metrics import Numbers
from chassis.nats_access import NatsAccess
from chassis.notices.api import notices_router
from chassis.notices.notifier import Notifier, channels_of
from chassis.notices.settings import NoticeSettings
from chassis.ops_api import Figures, Ledger, Operations, health_router, operations_router
from chassis.owner import Owner, opened
from chassis.reader import Reader
from chassis.reconciler import Reconciler
from chassis.relay import Relay
from chassis.replica import Replica
from chassis.resealing import OF_EVERY_SERVICE, Resealing, SealedColumn, resealing_router, seal_plain
from chassis.retention import Retention, terms_of
from chassis.settings import ServiceSettings, StreamSettings
from chassis.signing.keys import ServiceKeys
from chassis.straight import Way
from chassis.sweeper import Sweep, Sweeper
from chassis.telemetry import observe_requests
from chassis.transaction import SingleStatements, Transaction, Transactions
from chassis.unit_of_work import UnitOfWork
from chassis.watchdog import Watchdog, give_up
from chassis.watched import watched
from chassis.work import Work
from contracts.topology import LISTENS, durable_of

_log = structlog.get_logger(__name__)

W = TypeVar("W", bound=Work)

_LAST_NOTICES = 3.0


class Runtime:
    """One service process."""

    def __init__(self, service: str, settings: ServiceSettings) -> None:
        self.service = service
        self.settings = settings
        self.clock = StackClock()
        self.identity = IdentityKeys(
            settings.identity_key.get_secret_value(), settings.sealing_keys.get_secret_value(), settings.sealing_cipher
        )
        self.keys = ServiceKeys.of(service, settings)
        self._bus = Bus(service, settings.nats_url, NatsAccess.of(service))
        self._pool: Pool | None = None
        self._relay: Relay | None = None
        heard = {CLOCK_CHANNEL: self.clock.moved_elsewhere}
        self._bell = Bell(settings.database_url.get_secret_value(), self._wake, heard)
        retention = Retention(terms_of(settings.retention_file), self.identity.digest)
        self._owner = Owner(
            settings.owner_url.get_secret_value(), settings.database_url.get_secret_value(), retention.run
        )
        self._engine: AsyncEngine = reading_engine(settings.database_url.get_secret_value())
        copy = settings.read_url.get_secret_value()
        self._replica = Replica(reading_engine(copy), self.pool) if copy else None
        self._reader = Reader(self._engine, self._replica)
        notices = NoticeSettings()
        self._channels = channels_of(notices)
        ring = self.identity.ring
        self._notifier = Notifier(service, self.pool, self.clock, self._channels, notices, ring)
        seal = self.identity.digest
        self.audit = AuditLog(self.pool, self.clock, seal)
        self._bus.on_denial(self.audit.denied)
        self.transactions = Transactions(
            *(self.pool, self.clock, service, settings.region, self._committed, self.keys.signer, seal),
            remind=self._notifier.wake,
        )

    def pool(self) -> Pool:
        """The connection pool. Raises ConnectionError before the service has started."""
        if self._pool is None:
            raise ConnectionError("the service has not started yet")
        return self._pool

    def unit_of_work(self, work: Callable[[Transaction], W]) -> UnitOfWork[W]:
        """How commands reach this service's handlers."""
        return UnitOfWork(self.transactions, work)

    def answering(self, work: Callable[[Transaction], W]) -> UnitOfWork[W]:
        """How questions reach this service's handlers: without a transaction around them."""
        singly = SingleStatements(self.pool, self.clock, self.service, self.settings.region, self._committed)
        return UnitOfWork(singly, work)

    def backlog(self, stream: str) -> Backlog:
        """How far this service is behind on a stream it listens to."""
        return Backlog(partial(self._bus.state, stream, durable_of(self.service, stream)))

    def links(self) -> Numbers:
        """How the levels below are heard, where streams are gathered (``SHENGUAN_NATS_SOURCES``)."""
        links = Links(StreamSettings().regions, self._bus.sources, self.keys.trusted.keys)
        return Numbers(GAUGES_OF_LINKS, links.read)

    def reading(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A read-only connection for queries; it sees what the present principal may."""
        return self._reader()

    def application(
        self,
        *,
        routers: Sequence[APIRouter],
        subscriptions: Sequence[Subscription[Any]],
        figures: Figures,
        ledger: Ledger,
        migrations: Path,
        sweep: Sweep | None = None,
        prepare: Callable[[], Awaitable[None]] | None = None,
        body_limits: Mapping[str, int] | None = None,
        webhooks: bool = False,
        hooks: bool = False,
        sealed: Sequence[SealedColumn] = (),
        access: Access | None = None,
        straight: Mapping[tuple[str, str], Way] | None = None,
        numbers: Sequence[Numbers] = (),
    ) -> FastAPI:
        """The HTTP application; its lifespan is the life of the whole process.

        ``sweep``: what to do with deadlines that fall due. ``prepare`` runs once the database is open, before anybody
        is served. ``body_limits``: bytes a body may have on routes with a limit of their own, by the pattern of the path.
        ``access``: who may use its routes; ``webhooks``: it takes signed ones; ``hooks``: it sends them. Raises AccessError.
        ``straight``: routes, by method and path, that are answered without the framework's way to them.
        ``sealed``, ``numbers``: its own columns that are sealed, and what operators watch of it, beside every service's.
        """
        consumers = [
            BatchConsumer(self.service, s, self.transactions, self.keys.verifier, self.identity.ring)
            for s in (*subscriptions, *self._witnessing(subscriptions))
        ]
        for consumer in consumers:
            self._bus.subscribe(consumer)

        operations = Operations(
            self.service, self.pool, self.clock, self._bus, consumers, sweep or Sweep(), self.transactions
        )

        @asynccontextmanager
        async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
            async with self._living(consumers, migrations, sweep, prepare, hooks=hooks) as (relay, reconciler):
                told = (operations, consumers, relay, reconciler, self.reading, numbers)
                async with watched(self.service, *told) if self.settings.watched else nullcontext():
                    yield

        app = guarded_pages(f"审管联动 {self.service}", lifespan)
        for router in (
            *routers,
            notices_router(self.transactions, self.reading, self._channels, self.identity.ring),
            resealing_router(Resealing(self.pool, self.identity.ring, (*OF_EVERY_SERVICE, *sealed))),
            audit_router(self.reading),
            verifying_router(Verifying(self.service, self.settings, self.pool, self.transactions)),
            events_router(self._asyncapi),
            health_router(operations),
            operations_router(operations, self.reading, figures, ledger),
        ):
            app.include_router(router)
        parts = (self.pool, self.identity, access or Access(), self.audit)
        surround(app, self.settings, *parts, body_limits, webhooks=webhooks, straight=straight or {})
        observe_requests(app)
        return app

    def _witnessing(self, subscriptions: Sequence[Subscription[Any]]) -> list[Subscription[Any]]:
        """Streams of which the service keeps the heads of the audit chain alone (见证)."""
        read = {subscription.stream for subscription in subscriptions}
        return [Subscription(stream, _no_work, {}) for stream in LISTENS[self.service] if stream not in read]

    def _asyncapi(self) -> Response:
        """What this service listens to, AsyncAPI 3 (事件接口说明)."""
        said = AsyncAPI(self._bus.broker, title=f"shenguan {self.service}", version="1").to_specification().to_json()
        return Response(said, media_type="application/json")

    def _committed(self) -> None:
        self._wake()
        self._bell.ring()

    def _wake(self) -> None:
        if self._relay is not None:
            self._relay.wake()

    @asynccontextmanager
    async def _living(
        self,
        consumers: Sequence[BatchConsumer[Any]],
        migrations: Path,
        sweep: Sweep | None,
        prepare: Callable[[], Awaitable[None]] | None,
        *,
        hooks: bool,
    ) -> AsyncIterator[tuple[Relay, Reconciler]]:
        watchdog = Watchdog(asyncio.get_running_loop())
        watchdog.start()
        self._pool = await self._open_database(migrations)
        await seal_plain(self._pool, self.identity.ring)
        if prepare:
            await prepare()
        connection = await self._bus.connect()
        await self._demand_sync()
        self._relay = Relay(self.service, self._pool, connection, hooks=hooks)
        await self._bus.start([(c.stream, c.durable) for c in consumers])
        reconciler = Reconciler(self.service, self._pool, connection)
        relaying = asyncio.create_task(self._relay.run(), name="relay")
        notifying = asyncio.create_task(self._notifier.run(), name="notifier")
        listening = asyncio.create_task(self._bell.run(), name="bell")
        self.clock.on_move(self._notifier.wake)
        keeping = self._keep(reconciler)
        sequencer = Sequencer(self.service, self._pool, self.transactions, self.identity.digest, self.keys.signer)
        chaining = asyncio.create_task(sequencer.run(self.settings.audit_heads), name="sequencer")
        sweeper = Sweeper(self._pool, self.clock, sweep) if sweep else None
        sweeping = self._start(sweeper)
        _log.info("service.started", port=self.settings.port)
        async with delivering(Deliverer(self.pool, self.identity)) if hooks else nullcontext():
            yield self._relay, reconciler
        if sweeper:
            await sweeper.stop()
        await asyncio.gather(*sweeping)
        for task in keeping:
            task.cancel()
        await asyncio.gather(*keeping, return_exceptions=True)
        await self._notifier.stop()
        # A slow receiver must not hold up the stop: what was not settled is sent again under the same id.
        await asyncio.wait({notifying}, timeout=_LAST_NOTICES)
        notifying.cancel()
        await asyncio.gather(notifying, return_exceptions=True)
        await sequencer.stop(chaining)
        await self._relay.stop()
        await relaying
        await self._bus.stop()
        await self._bell.stop()
        await listening
        await self._pool.close()
        await self._engine.dispose()
        if self._replica is not None:
            await self._replica.engine.dispose()
        watchdog.stop()
        _log.info("service.stopped")

    def _keep(self, reconciler: Reconciler) -> list[asyncio.Task[None]]:
        """What goes on until it is cancelled."""
        rounds = {
            "reconciler": reconciler.run(),
            "partitions": self._owner.keep(),
            "clock": self.clock.follow(self.pool()),
        }
        if self._replica is not None:
            rounds["replica"] = self._replica.follow()
        return [asyncio.create_task(each, name=name) for name, each in rounds.items()]

    def _start(self, sweeper: Sweeper | None) -> list[asyncio.Task[None]]:
        if sweeper is None:
            return []
        self.clock.on_move(sweeper.wake)
        return [asyncio.create_task(sweeper.run(), name="sweeper")]

    async def _demand_sync(self) -> None:
        try:
            await demand_sync(self.settings.nats_monitoring_url)
        except NotDurableError as refusal:
            give_up(str(refusal))

    async def _open_database(self, migrations: Path) -> Pool:
        prepare = self._owner.prepare if self.settings.migrations == "run" else self._owner.prepared
        pool = await opened(self.settings.database_url.get_secret_value(), partial(prepare, migrations))
        async with pool.acquire() as connection:
            await self.clock.load(connection)
        return pool


def _no_work(_tx: Transaction) -> Work:
    raise LookupError("heads are kept by the chassis; nothing else is read from this stream")
