"""NATS users (消息用户): the server's users as its configuration file says them, from what ``contracts.permissions`` allows.

`python -m ops.nats_users deploy/nats-users.conf` writes the file a deployment includes: each public key stands in an
environment variable. The embedded server gets the same text with the keys of its state folder.
"""

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from contracts.permissions import SYSTEM, Permissions, permissions, uplink
from contracts.uplink import UPPER

_HEAD = """\
# 消息服务的用户与权限 / Users of NATS and what they may do, from shared/contracts/permissions.py:
#   make nats-users
# Whoever is not listed is refused. Each variable holds the public NKey of one identity (deploy/nats-keys makes them).
"""


def users(key: Callable[[str], str], *, beside: Iterable[str] = (), without: Iterable[str] = ()) -> str:
    """The ``authorization`` and the system account. ``key``: identity → its public NKey as the file should say it.

    ``beside``: users that stand beside these. ``without``: identities that are left out.
    """
    allowed = [(name, may) for name, may in permissions().items() if name not in set(without)]
    above = _user(key(UPPER), uplink(), "allowed_connection_types: [LEAFNODE], ")
    listed = "\n".join([*beside, *(_user(key(name), may) for name, may in allowed), above])
    return (
        f"authorization {{ users: [\n{listed}\n] }}\n"
        f"accounts {{ SYS {{ users: [ {{ nkey: {key(SYSTEM)} }} ] }} }}\nsystem_account: SYS\n"
    )


def key_variable(identity: str) -> str:
    """The environment variable that holds an identity's public NKey in a deployment."""
    return f"SHENGUAN_{identity.upper().replace('-', '_')}_NKEY"


def deployed() -> str:
    """The file ``deploy/nats-users.conf``."""
    return _HEAD + users(lambda identity: f"${key_variable(identity)}")


def identities() -> tuple[str, ...]:
    """Everybody who needs an NKey in a deployment."""
    return (*permissions(), UPPER, SYSTEM)


def _user(key: str, may: Permissions, limits: str = "") -> str:
    publish, subscribe = _list(may.publish), _list(may.subscribe)
    return (
        f"  {{ nkey: {key}, {limits}permissions: {{\n"
        f"      publish: {{ allow: [{publish}] }}\n      subscribe: {{ allow: [{subscribe}] }} }} }}"
    )


def _list(subjects: tuple[str, ...]) -> str:
    return ", ".join(json.dumps(subject) for subject in subjects)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(deployed(), encoding="utf-8")
