"""Batch consumer (批量消费): inbox, effect and outbox of a whole batch in one transaction, then the acks.

When the batch fails it is tried one event at a time, so that one poison message harms nobody. That one is asked for
again with growing delays and then parked with its cause. What is merely away (database, network) never parks anything:
the whole batch is asked for again.
Nothing is applied that its service has not signed (事件签名); what bureau systems send is known by its connection alone.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any, Generic, TypeVar
from uuid import UUID

import structlog
from nats.aio.msg import Msg

from chassis import dead_letters, inbox
from chassis.audit import witness
from chassis.dead_letters import Letter, detail_of
from chassis.envelope import Cause, Opened, UnreadableError, open_event
from chassis.failures import AWAY
from chassis.ids import delivery_id
from chassis.sealing import KeyRing
from chassis.signing.events import EventVerifier
from chassis.signing.trusted import DistrustError
from chassis.telemetry import continued
from chassis.transaction import Transaction, Transactions
from chassis.turns import TurnOf, any_time, in_turn
from chassis.work import Work
from contracts.audit import AuditSealed
from contracts.topology import durable_of, speaker_of
from kernel.refusal import Refusal

_log = structlog.get_logger(__name__)

W = TypeVar("W", bound=Work)
M = TypeVar("M")

TRIES = 5
"""Deliveries before a message that fails by itself is parked."""
_LONGEST_DELAY = 30.0
_TURN = 0.005
"""Seconds of verifying after which the others in this process get their turn."""
_LONG_AGO = timedelta(hours=1)
_OF_OLD = frozenset({"unsigned", "expired-key"})
"""What an event of the log shows that was said before there were signatures, or with a key of then."""


@dataclass(frozen=True)
class Subscription(Generic[W]):
    """What a service listens to on one stream.

    ``work`` opens the service's unit of work; ``reads`` names the handler of each type; ``turn`` orders within a key.
    """

    stream: str
    work: Callable[[Transaction], W]
    reads: Mapping[type, Callable[[W, Any], object]]
    turn: TurnOf = any_time
    decode: Callable[[bytes], Any] | None = None
    """Only for INTAKE: body → command; raises Refusal for bad content. Events are read by their type."""
    read_model: bool = False
    """读模型: handlers get the event as it came (``Opened``), with its id and headers, not what it says alone; and unsigned
    events that were told long ago, which come to it when it is rebuilt, are let go instead of parked (decision 0043)."""
    linger: float = 0.0
    """Seconds a batch may fill: fewer transactions for a read model nobody waits for (进展等只读模型)."""


def intake(
    decode: Callable[[bytes], M], kind: type[M], handle: Callable[[W, M], object], work: Callable[[Transaction], W]
) -> Subscription[W]:
    """A subscription to what bureau systems send on ``shenguan.intake.<service>.v1.*``."""
    return Subscription("INTAKE", work, {kind: handle}, decode=decode)


class BatchConsumer(Generic[W]):
    """Applies batches of one subscription."""

    def __init__(
        self,
        service: str,
        subscription: Subscription[W],
        transactions: Transactions,
        verifier: EventVerifier,
        ring: KeyRing | None = None,
    ) -> None:
        self.durable = durable_of(service, subscription.stream)
        self.stream = subscription.stream
        self.linger = subscription.linger
        self._subscription = subscription
        self._transactions = transactions
        self._verifier = verifier
        self.taken = 0
        """Messages applied by this process since it started; the other processes of its service count theirs."""
        self._ring = ring if subscription.decode else None
        """What bureau systems send may hold numbers of persons: their dead letters are sealed with it."""

    async def take(self, messages: Sequence[Msg]) -> None:
        """Apply a batch and acknowledge it; raises nothing: what fails is asked for again or parked."""
        readable = await self._read_all(messages)
        if not readable:
            return
        try:
            async with self._transactions.begin() as tx:
                await self._apply(tx, [opened for _, opened in readable])
        except AWAY as away:
            _log.warning("batch.away", consumer=self.durable, size=len(readable), cause=repr(away)[:300])
            await self._again(readable)
        except Exception as error:  # noqa: BLE001 - the single runs find out which one it was
            if len(readable) > 1:
                _log.warning("batch.split", consumer=self.durable, size=len(readable), cause=repr(error)[:300])
            for msg, opened in readable:
                await self._alone(msg, opened)
        else:
            for msg, _ in readable:
                await msg.ack()
            self.taken += len(readable)

    async def redrive(self, wanted: UUID) -> None:
        """Apply a dead letter now, with all that waits behind it.

        Raises:
            Refusal: ``not-found``; or ``still-failing`` (409) with the cause, the letter then stays open.
        """
        async with self._transactions.begin() as tx:
            letter = await dead_letters.taken(tx.connection, wanted)
            letter = dead_letters.opened(letter, self._ring) if self._ring else letter
            try:
                opened = self._read(letter.subject, letter.headers, letter.payload, lambda: letter.id)
                await self._apply(tx, [opened])
            except (UnreadableError, DistrustError, Refusal) as fault:
                raise Refusal(
                    code="still-failing", zh=f"仍无法处理: {fault}", en=f"Still failing: {fault}", status=409
                ) from fault
            await dead_letters.close(tx.connection, wanted)

    async def _read_all(self, messages: Sequence[Msg]) -> list[tuple[Msg, Opened]]:
        """What can be read and believed; the rest is parked, and what has an unknown key is first asked for again."""
        readable: list[tuple[Msg, Opened]] = []
        began = perf_counter()
        for msg in messages:
            try:
                readable.append((msg, self._open(msg)))
            except (UnreadableError, DistrustError, Refusal) as fault:
                young = isinstance(fault, DistrustError) and fault.cause == "unknown-key" and _tries(msg) < TRIES
                await (self._later(msg) if young else self._park(msg, fault, turn_key=""))
            if perf_counter() - began > _TURN:
                await asyncio.sleep(0)
                began = perf_counter()
        return readable

    async def _apply(self, tx: Transaction, received: Sequence[Opened]) -> None:
        tx.doing.action = self.durable
        fresh = await inbox.admit(tx, self.durable, received)
        ready = await in_turn(tx, self.durable, fresh, self._subscription.turn, self._believed)
        tx.doing.applies(self.durable, [opened.id for opened in ready])
        ready = await witness.keep(tx.connection, speaker_of(self.stream), ready)
        if not ready:
            return
        tx.heard_at = max((opened.told_at for opened in ready if opened.told_at), default=None)
        work = self._subscription.work(tx)
        as_it_came = self._subscription.read_model
        await work.load([opened if as_it_came else opened.message for opened in ready])
        for opened in ready:
            handle = self._subscription.reads[type(opened.message)]
            with (
                continued(opened.traceparent, f"{self.durable} {type(opened.message).__name__}"),
                tx.because_of(opened.cause),
            ):
                handle(work, opened if as_it_came else opened.message)
        await work.flush()

    async def _alone(self, msg: Msg, opened: Opened) -> bool:
        """False when the database is away; then it is asked for again."""
        try:
            async with self._transactions.begin() as tx:
                await self._apply(tx, [opened])
        except AWAY:
            await self._later(msg)
            return False
        except Exception as error:  # noqa: BLE001 - decided here: again later, or parked with its cause
            final = isinstance(error, Refusal) and not error.retryable
            if final or _tries(msg) >= TRIES:
                turn = self._subscription.turn(opened.message)
                await self._park(msg, error, turn_key=turn[0] if turn else "")
            else:
                _log.warning("event.failed", consumer=self.durable, event_id=str(opened.id), exc_info=True)
                await self._later(msg)
        else:
            await msg.ack()
            self.taken += 1
        return True

    async def _again(self, readable: Sequence[tuple[Msg, Opened]]) -> None:
        """The database was away for a whole batch: later, all at once. Each alone would wait for it in turn.

        What came that often is tried alone, until two failed: one of them may be what the database has no time for.
        """
        left = 2
        for msg, opened in readable:
            if left and len(readable) > 1 and _tries(msg) > TRIES:
                left -= not await self._alone(msg, opened)
            else:
                await self._later(msg)

    async def _later(self, msg: Msg) -> None:
        await msg.nak(delay=min(_LONGEST_DELAY, 0.5 * 2 ** _tries(msg)))

    async def _park(self, msg: Msg, error: Exception, *, turn_key: str) -> None:
        cause, detail = detail_of(error)
        if self._subscription.read_model and cause == "unsigned" and _long_told(msg):
            _log.info("event.of_old", consumer=self.durable, event_id=(msg.headers or {}).get("ce-id", ""))
            await msg.ack()
            return
        letter = Letter(
            id=self._delivery(msg),
            consumer=self.durable,
            subject=msg.subject,
            headers=msg.headers or {},
            payload=msg.data,
            turn_key=turn_key,
            cause=cause,
            detail=detail,
            attempts=_tries(msg),
        )
        letter = dead_letters.sealed(letter, self._ring) if self._ring else letter
        old = (msg.headers or {}).get("ce-id", "") if cause in _OF_OLD else ""
        try:
            known = await self._put_aside(letter, old)
        except AWAY:
            await self._later(msg)
            return
        if not known:
            _log.error("event.parked", consumer=self.durable, letter=str(letter.id), cause=cause)
        await msg.ack()

    async def _put_aside(self, letter: Letter, old: str) -> bool:
        """Park a letter; not that of an event (``old``: its id) applied before: True, and nothing happens."""
        async with self._transactions.begin() as tx:
            known = await inbox.knows(tx.connection, self.durable, old)
            tx.doing.applies(f"{self.durable}:{'known' if known else 'park'}", [letter.id])
            if not known:
                await dead_letters.park(tx.connection, letter)
        return known

    def _open(self, msg: Msg) -> Opened:
        return self._read(msg.subject, msg.headers or {}, msg.data, lambda: self._delivery(msg))

    def _read(self, subject: str, headers: Mapping[str, str], payload: bytes, delivery: Callable[[], UUID]) -> Opened:
        """An event by its type, or a bureau's fact by this service's decoder; the latter has no id but its delivery's."""
        if self._subscription.decode is None:
            opened = self._believed(subject, headers, payload)
            if type(opened.message) not in self._subscription.reads and not isinstance(opened.message, AuditSealed):
                raise UnreadableError("not-for-us", type(opened.message).__name__)
            return opened
        command = self._subscription.decode(payload)
        source = str(getattr(command, "source_system", ""))
        return Opened(delivery(), command, source, Cause("", ""), subject, headers, payload)

    def _delivery(self, msg: Msg) -> UUID:
        return delivery_id(self.durable, self.stream, msg.metadata.sequence.stream, msg.metadata.timestamp)

    def _believed(self, subject: str, headers: Mapping[str, str], payload: bytes) -> Opened:
        """An event of the service whose stream this is, signed by it."""
        self._verifier.verify(subject, headers, payload, service=speaker_of(self.stream))
        return open_event(subject, headers, payload)


def _long_told(msg: Msg) -> bool:
    """Whether it says that it was told long ago, as what is published again after an upgrade does."""
    try:
        told = datetime.fromisoformat((msg.headers or {}).get("ce-time", ""))
        return datetime.now(UTC) - told > _LONG_AGO
    except (ValueError, TypeError):
        return False


def _tries(msg: Msg) -> int:
    return msg.metadata.num_delivered or 1
