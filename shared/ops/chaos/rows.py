"""The fault matrix (故障矩阵): every row this program can run, in the order it is usually told."""

from ops.chaos.faults_blocks import BlockDamage
from ops.chaos.faults_cluster import ClusterKills
from ops.chaos.faults_network import BrokenLines
from ops.chaos.faults_power import PowerCuts
from ops.chaos.faults_process import Kills
from ops.chaos.faults_room import FullDisks
from ops.chaos.row import Row

ROWS: tuple[Row, ...] = (
    Kills("F1", ("随机强杀服务", "kill -9 of services at random"), ("approval", "supervision", "credit")),
    Kills("F2", ("强杀 NATS", "kill -9 of NATS"), ("nats",), kills=6),
    Kills("F4", ("强杀 PostgreSQL", "kill -9 of the postmaster"), ("postgres",), kills=6, pause=(2.0, 4.0)),
    ClusterKills(),
    PowerCuts(),
    BlockDamage(),
    BrokenLines(),
    FullDisks(),
)
