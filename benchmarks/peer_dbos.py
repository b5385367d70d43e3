"""The DBOS peer (持久工作流): a workflow of five asynchronous steps to a chain, in one process with three databases.

DBOS promises more than the other peers, a chain that goes on where it was after a crash, and pays for it with a row of
its own for every step. All steps are in one process here, so nothing travels between services.
"""

from time import monotonic
from typing import Any

import uvloop

from benchmarks.chain import COUNTS, TABLES
from benchmarks.measuring import (
    Asked,
    Processor,
    Program,
    asked,
    databases,
    latency,
    programs,
    require_once,
    tell,
    throughput,
)


async def run(asked_for: Asked) -> dict[str, Any]:
    """Measure once."""
    async with databases(asked_for.postgres, {**TABLES, "system": ""}) as at:
        told = {"databases": at, "chains": asked_for.chains, "rate": asked_for.rate}
        async with programs("peer_dbos_process", {"all": told}) as (program,):
            result = await measure(asked_for, program)
        await require_once(at, COUNTS, asked_for.chains)
    return result


async def measure(asked_for: Asked, program: Program) -> dict[str, Any]:
    """From the first workflow begun to the last ended."""
    processor, start = Processor([program]), monotonic()
    await program.tell(start)
    ended = {int(chain): at for chain, at in (await program.said()).items()}
    return {
        **throughput(asked_for.chains, max(ended.values()) - start),
        **processor.spent(asked_for.chains),
        **latency(asked_for.rate, start, ended),
    }


if __name__ == "__main__":
    tell(uvloop.run(run(asked(__doc__ or ""))))
