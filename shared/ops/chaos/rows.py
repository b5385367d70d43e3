"""The fault matrix (故障矩阵): every row this program can run, in the order it is usually told."""

from ops.chaos.elsewhere import ELSEWHERE
from ops.chaos.faults_blocks import BlockDamage
from ops.chaos.faults_clock import WrongClocks
from ops.chaos.faults_cluster import ClusterKills
from ops.chaos.faults_network import BrokenLines
from ops.chaos.faults_poison import Poisoned
from ops.chaos.faults_power import PowerCuts
from ops.chaos.faults_process import Freezes, Kills
from ops.chaos.faults_replay import Replayed
from ops.chaos.faults_roll import RollingRestarts
from ops.chaos.faults_room import FullDisks
from ops.chaos.faults_slow import SlowConsumers
from ops.chaos.faults_soak import Soak
from ops.chaos.faults_stream import Meddling, Wipe
from ops.chaos.faults_tamper import Tampering
from ops.chaos.row import Row

ROWS: tuple[Row, ...] = (
    Wipe("F8", ("NATS 存储被清空", "the store of NATS is wiped")),
    Meddling("F20", ("事件流与消费者被删除、改动", "streams and durables deleted or changed")),
    Kills("F1", ("随机强杀服务", "kill -9 of services at random"), ("approval", "supervision", "credit")),
    Kills("F2", ("强杀 NATS", "kill -9 of NATS"), ("nats",), kills=6, pause=3.25),
    Kills("F4", ("强杀 PostgreSQL", "kill -9 of the postmaster"), ("postgres",), kills=6, pause=3.5),
    Freezes("F5", ("冻结进程", "processes frozen")),
    Poisoned("F13", ("毒消息", "poison")),
    Replayed("F15", ("重复五遍与乱序", "duplicates times five and disorder")),
    ClusterKills(),
    PowerCuts(),
    BlockDamage(),
    BrokenLines(),
    FullDisks(),
    SlowConsumers(),
    WrongClocks(),
    Tampering(),
    RollingRestarts(),
    Soak(),
    *ELSEWHERE,
)
"""Those that have everything published again come first, while there is little of it."""
