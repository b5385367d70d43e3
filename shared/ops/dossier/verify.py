"""核验证明包 / verify an evidence file offline: python verify.py case.zip [trusted-keys.json].

Needs Python 3.11 alone; signatures are checked where `cryptography` is installed, and it says loudly when they are not.
Checks the digest of every file, the signature over every event, that the audit log vouches for each event row and that
its blocks lead to a head the service signed; names the first fault. Exit 0: all holds, 1: something does not. The keys
in the file are its own word: compare their ids with those the authority published, or give its own list.
"""

import json
import sys
import zipfile
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

try:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:  # the rest is checked all the same
    Ed25519PublicKey = None  # type: ignore[assignment,misc] # absent
REFS, DIGESTS, WIDTH = 17, 18, 32  # where an audit entry names the rows it vouches for, and their digests


def stated(purpose: str, *parts: bytes) -> bytes:
    """Purpose and parts, each with its length before it."""
    return b"DSSEv1 %d %b" % (len(purpose), purpose.encode()) + b"".join(b" %d %b" % (len(p), p) for p in parts)


def packed(*values: str | bytes) -> bytes:
    """Values, each with its length before it, four bytes."""
    return b"".join(len(v).to_bytes(4, "big") + v for v in (v if isinstance(v, bytes) else v.encode() for v in values))


def unpacked(content: bytes) -> list[bytes]:
    """The values again."""
    found: list[bytes] = []
    while content:
        end = 4 + int.from_bytes(content[:4], "big")
        found, content = [*found, content[4:end]], content[end:]
    return found


def root_by(node: bytes, index: int, last: int, path: bytes) -> str:
    """The root of the RFC 6962 tree a path leads to, hexadecimal; empty when there is no such path."""
    for beside in (path[at : at + WIDTH] for at in range(0, len(path), WIDTH)):
        left = index % 2 or index == last
        node = sha256(b"\x01" + (beside + node if left else node + beside)).digest()
        while left and not index % 2 and index:
            index, last = index >> 1, last >> 1
        index, last = index >> 1, last >> 1
    return "" if last or index else node.hex()


def must(holds: object, zh_en: str) -> None:
    """Name what does not hold."""
    if not holds:
        raise ValueError(zh_en)


class Check:
    """One file and the keys that are believed; ``at`` is what is being looked at."""

    def signed(self, service: str, name: str, message: bytes, signature: bytes) -> None:
        """The signature is that of a key of the service."""
        must((service, name) in self.keys, f"{service} 没有密钥 / has no key {name}")
        algorithm, public = self.keys[service, name]
        if Ed25519PublicKey is None or algorithm != "ed25519":
            return self.unchecked.add(service)
        return Ed25519PublicKey.from_public_bytes(public).verify(signature, message)

    def event(self, row: dict[str, Any]) -> bytes:
        """One event as its service signed it; answers the digest of its row."""
        headers, payload, service = json.loads(row["headers"]), b64decode(row["payload"]), row["service"]
        name, index, size, signature, *path = headers["ce-signature"].split(".")[1:]
        covered = {k: v for k, v in headers.items() if k != "ce-signature" and not k.startswith("Nats-")}
        told = json.dumps(covered, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        leaf = sha256(b"\x00" + stated("shenguan-event", row["subject"].encode(), told.encode(), payload)).digest()
        root = root_by(leaf, int(index), int(size) - 1, urlsafe_b64decode("".join(path) + "=="))
        word = stated("shenguan-events", int(size).to_bytes(8, "big"), bytes.fromhex(root))
        self.signed(service, name, word, urlsafe_b64decode(signature + "=="))
        own = row["subject"].startswith(f"shenguan.{service}.") and headers["ce-id"] == row["event_id"]
        must(own and root, "主题、编号或路径不是它的 / subject, id or path is not its own")
        kept = ("event_id", "logged_at", "type", "subject", "aggregate", "source_system", "headers")
        return sha256(b"\x00" + packed("event_log", *(row[name] for name in kept), payload)).digest()

    def chained(self) -> dict[tuple[str, str], bytes]:
        """Audit entries under blocks under signed heads; answers which rows they vouch for."""
        heads = {(head["service"], head["block"]): head for head in self.rows["heads.ndjson"]}
        blocks, vouched = dict[tuple[str, int], dict[str, Any]](), dict[tuple[str, str], bytes]()
        for block in sorted(self.rows["blocks.ndjson"], key=lambda block: (block["service"], -block["no"])):
            at, self.at = (block["service"], block["no"]), f"审计块 / audit block {block['service']} {block['no']}"
            head, above = heads.get(at), blocks.get((at[0], at[1] + 1), {"previous": "没有已签的链头 / no signed head"})
            links = [bytes.fromhex(block[name]) for name in ("listed", "previous", "root")]
            said = (at[0], str(at[1]), block["at"], links[0], block["before"], str(block["count"]), *links[1:])
            found = sha256(b"\x02" + packed("audit_block", *said)).hexdigest()
            must(found == (head["sha256"] if head else above["previous"]), "已改动 / changed")
            if head:
                parts = [str(head[name]).encode() for name in ("service", "no", "block", "at")]
                word = stated("shenguan-audit-head", *parts, *(bytes.fromhex(head[name]) for name in ("sha256", "sm3")))
                self.signed(at[0], head["key_id"], word, b64decode(head["signature"]))
            blocks[at] = block
        for entry in self.rows["audit.ndjson"]:
            content, under = b64decode(entry["content"]), blocks[entry["service"], entry["block"]]
            parts, leaf = unpacked(content), sha256(b"\x00" + content).digest()
            self.at = f"审计记录 / audit entry {parts[1].decode(errors='replace')}"
            root = root_by(leaf, entry["position"], under["count"] - 1, b64decode(entry["path"]))
            must(root == under["root"], "不在审计块里 / not in its audit block")
            for n, ref in enumerate(parts[REFS].decode().split("\x1f")):
                vouched[entry["service"], ref] = parts[DIGESTS][n * WIDTH : (n + 1) * WIDTH]
        return vouched

    def all(self, dossier: str, keys: str = "") -> str:
        """What was checked. Raises the first thing that does not hold."""
        self.keys, self.unchecked, self.at = dict[tuple[str, str], tuple[str, bytes]](), set[str](), "文件 / file"
        with zipfile.ZipFile(dossier) as file:
            self.files = {name: file.read(name) for name in file.namelist()}
        true = {f"{sha256(held).hexdigest()}  {name}" for name, held in self.files.items() if name != "SHA256SUMS"}
        wrong = sorted({"", *true} ^ set(self.files["SHA256SUMS"].decode().split("\n")))
        must(not wrong, f"被改动、增加或缺少 / changed, added or missing: {wrong}")
        for key in json.loads(Path(keys).read_bytes() if keys else self.files["keys.json"]):
            public = b64decode(key["public_key"])
            print_of = sha256(stated("shenguan-key", key["algorithm"].encode(), public)).digest()[:16]
            self.keys[key["service"], urlsafe_b64encode(print_of).decode()[:22]] = key["algorithm"], public
        lines = {name: content.splitlines() for name, content in self.files.items() if name.endswith(".ndjson")}
        self.rows: dict[str, list[dict[str, Any]]] = {
            n: [json.loads(line) for line in rows] for n, rows in lines.items()
        }
        about, vouched, events = json.loads(self.files["about.json"]), self.chained(), self.rows["events.ndjson"]
        for row in events:
            self.at = f"事件 / event {row['event_id']}"
            known = self.event(row) == vouched.get((row["service"], f"event_log/{row['event_id']}"))
            must(known or row["event_id"] in about["pending"], "审计链不认 / not vouched for by the audit")
        loud = f"\n!!! 签名未核对 / SIGNATURES NOT CHECKED: {sorted(self.unchecked)}" if self.unchecked else ""
        return f"OK {about['case']}: 事件 events {len(events)}, 未上链 pending {about['pending']}, 公钥 {[*self.keys]}{loud}"


def main() -> None:
    """Say what was found."""
    check = Check()
    try:
        said, code = check.all(*sys.argv[1:3]) if sys.argv[1:] else __doc__, 0
    except Exception as fault:  # noqa: BLE001 - whatever cannot be read is a fault of the file
        said, code = f"不符 / FAULT: {check.at}: {fault!r}", 1
    sys.stdout.write(f"{said}\n")
    sys.exit(code)


if __name__ == "__main__":
    main()
