"""Links between levels (纵向链路): the leaf node part of a NATS configuration, below and above.

The level above dials: below there is one door, and behind it nothing but the durables made for it. What comes in above
is narrowed too, so that no deployment speaks for another one or for the level itself.

`python -m ops.nats_links DOMAIN REGION=nats-leaf://host:7422=/etc/nats/links/REGION … > links.conf` writes the part above; each
folder holds what that deployment gave: ``seed``, ``cert.pem``, ``key.pem``, ``ca.pem``. The result holds the seeds.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from contracts.uplink import domain_of

_NEVER_IN = ("shenguan.>", "$JS.API.>", "$JS.FC.>", "$JS.ACK.>", "$SYS.>", "_INBOX.>", "_R_.>")
"""What nobody below may say above: events come by their streams, and answers on ``$JSC.R``.

Not ``$JS.>``: that would hide the interface below as well, and nothing would come (tried).
"""
_NEVER_OUT = ("shenguan.>", "_INBOX.>", "uplink.>")
_RECONNECT = "2s"


@dataclass(frozen=True, slots=True)
class Link:
    """The way to one deployment below (链路)."""

    region: str
    url: str
    """``nats-leaf://host:port``."""
    seed: str
    """Of its identity ``upper``."""
    folder: str = ""
    """Where this server finds ``cert.pem``, ``key.pem`` and ``ca.pem`` for it; empty: without TLS, on one machine."""


def leafnodes(domain: str, links: Sequence[Link] = (), door: str = "") -> str:
    """The ``leafnodes`` of a server. ``domain``: its own. ``door``: where a level above dials it; empty: nowhere."""
    domains = [domain, *(domain_of(link.region) for link in links)]
    remotes = "\n".join(_remote(link, domains) for link in links)
    listening = f"  listen: {json.dumps(door)}\n  no_advertise: true\n" if door else ""
    dialling = f"  reconnect: {json.dumps(_RECONNECT)}\n  remotes: [\n{remotes}\n  ]\n" if links else ""
    return f"leafnodes {{\n{listening}{dialling}}}\n"


def _remote(link: Link, domains: Sequence[str]) -> str:
    others = [
        f"{head}.{domain}.>" for domain in domains if domain != domain_of(link.region) for head in ("uplink", "$JS")
    ]
    return (
        f"    {{ url: {json.dumps(link.url)}, nkey: {link.seed}{_tls(link.folder)}\n"
        f"      deny_imports: {json.dumps([*_NEVER_IN, *others])}\n      deny_exports: {json.dumps(_NEVER_OUT)} }}"
    )


def _tls(folder: str) -> str:
    if not folder:
        return ""
    files = {"cert_file": "cert.pem", "key_file": "key.pem", "ca_file": "ca.pem"}
    named = ", ".join(f"{what}: {json.dumps(f'{folder}/{file}')}" for what, file in files.items())
    return f"\n      tls {{ {named}, handshake_first: true }}"


def _read(word: str) -> Link:
    region, url, folder = word.split("=", 2)
    return Link(region, url, (Path(folder) / "seed").read_text(encoding="ascii").strip(), folder)


if __name__ == "__main__":
    _, own, *words = sys.argv
    sys.stdout.write(leafnodes(own, [_read(word) for word in words]))
