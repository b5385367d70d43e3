"""Ports of this machine (本机端口): the usual one when it is free, any other when it is not. Never a public address."""

import socket

HOST = "127.0.0.1"


def free_port(usual: int = 0) -> int:
    """A TCP port nobody listens on: ``usual`` when it is free, else one the system picks."""
    for wanted in (usual, 0):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            # Servers set the same option; without it a port counts as taken for a minute after its last connection.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, wanted))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    message = "no free TCP port on 127.0.0.1"
    raise OSError(message)
