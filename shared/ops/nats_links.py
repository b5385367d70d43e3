"""Links between levels (纵向链路): the leaf node part of a NATS configuration, below and above.

The level above dials: below there is one door, and behind it nothing but the durables made for it. What comes in above
is narrowed too, so that no deployment speaks for another one or for the level itself. deploy/secrets/leafnodes.conf is
written by `python -m ops.nats_links d640200 640202=nats-leaf://host:7422,… …`, without any link for a level that is only
read from; what the level below gave (its deploy/secrets/upper) lies in ``deploy/secrets/links/<region>`` here, for the
server in ``links/<region>`` below /etc/nats. The result holds seeds: it is for its owner alone.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from contracts.uplink import domain_of

_NEVER_IN = ("shenguan.>", "$JS.API.>", "$JS.ACK.>", "$SYS.>", "_INBOX.>", "_R_.>")
"""What nobody below may say above: events come by their streams, and answers on ``$JSC.R``.

Not ``$JS.>``: what is not let in is not asked for either, so that the interface below would be hidden; and without
``$JS.FC`` nothing flows any more after some thousand messages (both tried).
"""
_NEVER_OUT = ("shenguan.>", "_INBOX.>", "uplink.>")
_RECONNECT = "2s"
_HOME = "/etc/nats"
_GIVEN = Path("deploy/secrets/links")
_DOOR = "0.0.0.0:7422"


@dataclass(frozen=True, slots=True)
class Link:
    """The way to one deployment below (链路)."""

    region: str
    url: str
    """``nats-leaf://host:port``; of a cluster one for each node, joined by commas: any of them will do."""
    seed: str
    """Of its identity ``upper``."""
    folder: str = ""
    """Where this server finds ``cert.pem``, ``key.pem`` and ``ca.pem`` for it; empty: without TLS, on one machine."""


def leafnodes(domain: str, links: Sequence[Link] = (), door: str = "", secrets: str = "") -> str:
    """The ``leafnodes`` of a server. ``domain``: its own. ``door``: where a level above dials it; empty: nowhere.

    ``secrets``: the folder of the server's own certificate, which it shows and asks for; empty: on one machine, without.
    """
    domains = [domain, *(domain_of(link.region) for link in links)]
    remotes = "\n".join(_remote(link, domains) for link in links)
    guarded = f"{_tls(secrets, 'verify: true')}\n" if secrets else ""
    listening = f"  listen: {json.dumps(door)}\n  no_advertise: true\n{guarded}" if door else ""
    dialling = f"  reconnect: {json.dumps(_RECONNECT)}\n  remotes: [\n{remotes}\n  ]\n" if links else ""
    return f"leafnodes {{\n{listening}{dialling}}}\n"


def _remote(link: Link, domains: Sequence[str]) -> str:
    others = [
        f"{head}.{domain}.>" for domain in domains if domain != domain_of(link.region) for head in ("uplink", "$JS")
    ]
    guarded = f"\n    {_tls(link.folder)}" if link.folder else ""
    urls = json.dumps(link.url.split(","))
    return (
        f"    {{ urls: {urls}, nkey: {link.seed}{guarded}\n"
        f"      deny_imports: {json.dumps([*_NEVER_IN, *others])}\n      deny_exports: {json.dumps(_NEVER_OUT)} }}"
    )


def _tls(folder: str, *more: str) -> str:
    files = {"cert_file": "cert.pem", "key_file": "key.pem", "ca_file": "ca.pem"}
    named = [f"{what}: {json.dumps(f'{folder}/{file}')}" for what, file in files.items()]
    return f"  tls {{ {', '.join([*named, *more, 'handshake_first: true'])} }}"


def _read(word: str) -> Link:
    region, url = word.split("=", 1)
    seed = (_GIVEN / region / "seed").read_text(encoding="ascii").strip()
    return Link(region, url, seed, f"{_HOME}/links/{region}")


if __name__ == "__main__":
    _, own, *words = sys.argv
    sys.stdout.write(leafnodes(own, [_read(word) for word in words], _DOOR, f"{_HOME}/secrets"))
