"""Three nodes keep what they acknowledged while a majority lives, and acknowledge nothing without one."""

from collections.abc import AsyncIterator, Iterator

import nats
import pytest
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.errors import APIError

from chassis.provision import provision
from ops.chaos.cluster import NatsCluster
from ops.state_folder import StateFolder, temporary_folder

pytestmark = pytest.mark.nightly

SUBJECT = "shenguan.approval.test.v1.done"


@pytest.fixture
def folder() -> Iterator[StateFolder]:
    made = temporary_folder()
    with made.held():
        yield made
    made.remove()


@pytest.fixture
async def cluster(folder: StateFolder) -> AsyncIterator[NatsCluster]:
    made = NatsCluster(folder)
    try:
        await made.start()
        yield made
    finally:
        await made.stop()


async def publish(js: JetStreamContext, number: int) -> bool:
    """Whether it was acknowledged."""
    try:
        await js.publish(SUBJECT, b"x", stream="APPROVAL", headers={"Nats-Msg-Id": str(number)}, timeout=2)
    except (NatsError, APIError):
        return False
    return True


async def test_a_cluster_acknowledges_with_two_nodes_and_not_with_one(cluster: NatsCluster) -> None:
    await provision(cluster.url, replicas=3)
    leader = await cluster.leader_of("APPROVAL")
    follower, other = (node for node in cluster.nodes if node is not leader)
    connection = await nats.connect([node.url for node in cluster.nodes], max_reconnect_attempts=-1)
    js = connection.jetstream()
    assert (await js.stream_info("APPROVAL")).config.num_replicas == 3
    assert await publish(js, 1)
    leader.child.kill()
    await leader.child.exited()
    while not await publish(js, 2):
        """A new leader is being elected."""
    follower.child.kill()
    await follower.child.exited()
    assert not await publish(js, 3)
    await cluster.start()
    while not await publish(js, 3):
        """The majority is back."""
    assert other.child.exit_code is None
    assert (await js.stream_info("APPROVAL")).state.messages == 3
    await connection.close()


async def test_streams_of_a_single_server_are_brought_to_three_disks(cluster: NatsCluster) -> None:
    await provision(cluster.url, replicas=1)
    drifts = await provision(cluster.url, replicas=3)
    assert {(drift.action, drift.fields) for drift in drifts if "-" not in drift.name} == {
        ("updated", ("num_replicas",))
    }
    assert await provision(cluster.url, replicas=3) == []
