"""NATS cluster (三节点集群): three servers on this machine's loopback, every message on two disks before its ack.

The same promises as the single embedded server: a password, loopback alone, ``sync_interval: always``. Nodes do not
advertise each other: a client would try the addresses it was told without the password.
"""

import asyncio
import json
from collections.abc import Sequence
from http.client import OK
from time import monotonic
from typing import Any

import nats

from ops.child import Child, Program, Restartable
from ops.failure import CannotRun, tail
from ops.loopback import HOST, ask, free_port
from ops.nats import server_binary
from ops.state_folder import StateFolder, write_private

SIZE = 3
_PATIENCE = 60.0
_USER = "shenguan"
_ROOM = 2 * 2**30


class Node(Restartable):
    """One server of a cluster, or a single one that nobody joined."""

    def __init__(self, name: str, state: StateFolder, *, careful: bool = True) -> None:
        """``careful``: a message is on the disk before its ack; False leaves that to the server's own default."""
        super().__init__()
        self._sync = "sync_interval: always, " if careful else ""
        self.name = name
        self.port, self.route, self._page = free_port(), free_port(), free_port()
        self._state = state
        self._folder = state.path / name
        self._peers: Sequence[Node] = ()

    @property
    def url(self) -> str:
        """The clients' URL, password included."""
        return f"nats://{_USER}:{self._state.password('nats')}@{HOST}:{self.port}"

    @property
    def monitoring(self) -> str:
        """The address of the monitoring pages."""
        return f"http://{HOST}:{self._page}"

    def join(self, peers: Sequence["Node"]) -> None:
        """Know the others before the first start."""
        self._peers = peers

    async def start(self) -> None:
        """Start; whether the cluster serves is another question (``NatsCluster.serving``)."""
        store = self._folder / "store"
        store.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(self._folder / "nats.conf", self._settings(str(store)).encode())
        self._child = Child(
            Program(
                name=self.name,
                command=[server_binary(), "--config", str(self._folder / "nats.conf")],
                environment={},
                log=self._state.log(self.name),
                folder=self._folder,
            )
        )

    async def serves(self) -> bool:
        """Whether it is up, knows the cluster's leader and has caught up."""
        return (await ask(f"{self.monitoring}/healthz", 2.0))[0] == OK

    def _settings(self, store: str) -> str:
        return f"""\
server_name: {self.name}
listen: "{HOST}:{self.port}"
http: "{HOST}:{self._page}"
authorization {{ user: {_USER}, password: "{self._state.password("nats")}" }}
jetstream {{ store_dir: {json.dumps(store)}, {self._sync}max_file_store: {_ROOM} }}
{self._cluster() if self._peers else ""}
"""

    def _cluster(self) -> str:
        routes = ", ".join(json.dumps(f"nats://{HOST}:{peer.route}") for peer in self._peers if peer is not self)
        return f'cluster {{ name: shenguan, listen: "{HOST}:{self.route}", routes: [{routes}], no_advertise: true }}'


class NatsCluster:
    """Three nodes on one state folder; the folder must be held by the caller."""

    def __init__(self, state: StateFolder) -> None:
        self._state = state
        self.nodes = [Node(f"nats-{number}", state) for number in range(1, SIZE + 1)]
        for node in self.nodes:
            node.join(self.nodes)

    @property
    def url(self) -> str:
        """Every node's URL, joined by commas."""
        return ",".join(node.url for node in self.nodes)

    async def start(self) -> None:
        """Start every node that does not run and wait until all of them serve."""
        for node in self.nodes:
            if not node.started or node.child.exit_code is not None:
                await node.start()
        await self.serving(self.nodes)

    async def serving(self, nodes: Sequence[Node]) -> None:
        """Wait until these nodes serve. Raises CannotRun after a minute."""
        deadline = monotonic() + _PATIENCE
        for node in nodes:
            while not await node.serves():
                if node.child.exit_code is not None or monotonic() > deadline:
                    raise self._failure(node)
                await asyncio.sleep(0.1)

    async def stop(self) -> None:
        """End every node."""
        await asyncio.gather(*(node.stop() for node in self.nodes))

    async def leader_of(self, stream: str) -> Node:
        """The node that leads a stream."""
        connection = await nats.connect([node.url for node in self.nodes], connect_timeout=5)
        try:
            answer = await connection.request(f"$JS.API.STREAM.INFO.{stream}", b"", timeout=5)
        finally:
            await connection.close()
        told: dict[str, Any] = json.loads(answer.data)
        return next(node for node in self.nodes if node.name == told["cluster"]["leader"])

    def _failure(self, node: Node) -> CannotRun:
        log = self._state.log(node.name)
        return CannotRun(
            zh=f"NATS 集群节点 {node.name} 未能就绪，日志见 {log}",
            en=f"the node {node.name} of the NATS cluster does not get ready; its log is {log}"
            f"{tail(log.read_text(encoding='utf-8', errors='replace'))}",
        )
