"""Faults of a NATS cluster (集群故障, F3): the leader, a follower or two of three nodes are killed under load."""

import asyncio
from dataclasses import dataclass
from functools import partial

from ops.chaos.cluster import SIZE, NatsCluster, Node
from ops.chaos.pulse import STREAM, Pulse
from ops.chaos.row import Ground, Report, own_ports
from ops.chaos.trial import Trial
from ops.stack import Stack, provision_streams
from ops.state_folder import temporary_folder

_LONGEST_GAP = 10.0
"""Seconds a cluster with a majority may take to acknowledge again."""
_ALONE = 5.0
"""Seconds with a single node."""
_FAULTS = ("leader", "follower", "leader", "two", "leader", "follower")


@dataclass(frozen=True)
class ClusterKills:
    """Three servers in place of the embedded one; services know them all."""

    name: str = "F3"
    told: tuple[str, str] = (
        "三节点 NATS 集群：强杀主节点、从节点、两个节点",
        "a NATS cluster of three: kill -9 of the leader, a follower, two nodes",
    )
    own_stack: bool = True

    async def run(self, ground: Ground) -> Report:
        """Kill nodes while the driver sends and a pulse beats."""
        folder = temporary_folder()
        cluster = NatsCluster(folder)
        try:
            await cluster.start()
            given = {"SHENGUAN_NATS_URL": cluster.url, "SHENGUAN_NATS_MONITORING_URL": cluster.nodes[0].monitoring}
            async with Stack.open(
                temporary=True,
                environment=own_ports(given),
                say=ground.say,
                usual_ports=False,
                provision=partial(provision_streams, replicas=SIZE),
            ) as stack:
                trial = Trial(self.name, ground, stack, seconds=8.0 * len(_FAULTS))
                return await trial.run(partial(_nemesis, cluster))
        finally:
            await cluster.stop()
            folder.remove()


async def _nemesis(cluster: NatsCluster, trial: Trial) -> None:
    async with Pulse.beating(cluster) as pulse:
        for kind in _FAULTS:
            await trial.pause(2, 4)
            await _strike(cluster, trial, pulse, kind)
        await asyncio.sleep(1)
    trial.measured |= {
        "longest_gap_seconds": pulse.longest_gap,
        "pulse_acknowledged": len(pulse.acknowledged),
        "pulse_lost": len(pulse.lost),
        "pulse_acknowledged_without_quorum": pulse.without_quorum,
    }
    if pulse.longest_gap > _LONGEST_GAP:
        trial.findings.append(f"a cluster with a majority acknowledged nothing for {pulse.longest_gap:.1f} s")
    if pulse.lost:
        trial.findings.append(f"the cluster acknowledged {len(pulse.lost)} messages and lost them")
    if pulse.without_quorum:
        trial.findings.append(f"one node alone acknowledged {pulse.without_quorum} messages")


async def _strike(cluster: NatsCluster, trial: Trial, pulse: Pulse, kind: str) -> None:
    leader = await cluster.leader_of(STREAM)
    followers = [node for node in cluster.nodes if node is not leader]
    victims = [leader] if kind == "leader" else [trial.random.choice(followers)]
    if kind == "two":
        victims = trial.random.sample(cluster.nodes, 2)
    names = " ".join(node.name for node in victims)
    await _killed(victims)
    trial.fault(f"强杀 {names}（{kind}）", f"kill -9 {names} ({kind})")
    if kind == "two":
        # What was on its way when the second node went may still be acknowledged.
        await asyncio.sleep(1)
        with pulse.alone():
            await asyncio.sleep(_ALONE)
    else:
        await trial.pause(2, 4)
    await cluster.start()


async def _killed(nodes: list[Node]) -> None:
    for node in nodes:
        node.child.kill()
    await asyncio.gather(*(node.child.exited() for node in nodes))
