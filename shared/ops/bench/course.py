"""Course (跑道): one stack that chains are run on, whose numbers never come twice, read before and after each round."""

from dataclasses import dataclass

from ops.bench import chain, ground, meter
from ops.facts import Said, settled
from ops.replay.sender import Sender
from ops.stack import Stack


@dataclass(frozen=True)
class Round:
    """One round of chains (一轮)."""

    ran: chain.Chains
    used: meter.Reading

    @property
    def per_second(self) -> float:
        """Chains per second, filling and draining included."""
        return self.ran.per_second

    @property
    def cpu_per_1000(self) -> float:
        """CPU seconds per 1,000 chains of everything but the measuring process."""
        return 1000 * self.used.product / len(self.ran.began)

    @property
    def cpu_by_process(self) -> dict[str, float]:
        """The same by process, the measuring one among them."""
        return {name: round(1000 * seconds / len(self.ran.began), 3) for name, seconds in self.used.cpu.items()}

    @property
    def wal_per_chain(self) -> float:
        """Bytes of write-ahead log."""
        return self.used.wal / len(self.ran.began)


class Course:
    """One stack and the run on it; ``run`` keeps its numbers apart from those of other runs on the same stack.

    ``first``: the number of its first chain, which says whom it is about.
    """

    def __init__(self, stack: Stack, run: str, first: int = 0) -> None:
        self.stack = stack
        self.story = ground.story(run)
        self._next = first

    @property
    def following(self) -> int:
        """The number of the next chain."""
        return self._next

    def take(self, count: int) -> int:
        """The first of ``count`` chain numbers, which are used up."""
        first, self._next = self._next, self._next + count
        return first

    async def chains(self, count: int, rate: float = 0) -> Round:
        """Run ``count`` chains: as fast as they go, or begun at ``rate`` per second. Raises CannotRun."""
        before = await meter.read(self.stack)
        ran = await chain.run(self.stack, self.story, self.take(count), count, rate=rate)
        return Round(ran, (await meter.read(self.stack)).since(before))

    async def settled(self, say: Said) -> None:
        """Wait until nothing is under way any more. Raises CannotRun."""
        async with Sender(self.stack.urls, self.stack.headers()) as sender:
            await settled(sender, say)
