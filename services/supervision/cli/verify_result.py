"""核对抽查结果的公示凭证 / verify the proof of a publicised result: python verify_result.py PROOF.json [--key BASE64].

PROOF.json is what GET /api/v1/public/results/{no}/proof answers. Needs Python 3.11 and nothing else; the signature is
checked when the package `cryptography` is there and --key gives supervision's public key (Ed25519, base64).
leaf = H(00 ‖ leaf); node = H(01 ‖ left ‖ right); block = H(02 ‖ fields, each with its length before it, 4 bytes).
Exit 0: the result stands in the signed chain as it is printed, 1: it does not.
"""

import argparse
import json
import sys
from base64 import b64decode
from hashlib import new
from pathlib import Path
from typing import Any

Row = dict[str, Any]
WIDTH = 32


def fields(*values: bytes) -> bytes:
    """Values with their lengths."""
    return b"".join(len(value).to_bytes(4, "big") + value for value in values)


def root(name: str, leaf: bytes, position: int, size: int, path: bytes) -> bytes:
    """Where a leaf's path leads (RFC 9162, 2.1.3.2); nothing when there is no such path."""
    node, at, last = new(name, b"\x00" + leaf).digest(), position, size - 1
    for beside in (path[n : n + WIDTH] for n in range(0, len(path), WIDTH)):
        if last == 0:
            return b""
        if at % 2 or at == last:
            node = new(name, b"\x01" + beside + node).digest()
            while at % 2 == 0 and at:
                at, last = at >> 1, last >> 1
        else:
            node = new(name, b"\x01" + node + beside).digest()
        at, last = at >> 1, last >> 1
    return node if last == 0 else b""


def block_hash(name: str, service: str, block: Row) -> bytes:
    """The hash of a block."""
    said = [str(block[key]).encode() for key in ("no", "at")]
    links = [bytes.fromhex(block[name][key]) for key in ("previous", "root")]
    more = [bytes.fromhex(block[name]["list"]), block["before"].encode(), str(block["count"]).encode()]
    return new(name, b"\x02" + fields(b"audit_block", service.encode(), *said, *more, *links)).digest()


def wrong(proof: Row, name: str) -> list[str]:
    """What is not true, with one of the two hashes."""
    blocks, head = proof["blocks"], proof["head"]
    size, path = blocks[0]["count"], b64decode(proof["path"][name])
    hashes = [block_hash(name, proof["service"], block).hex() for block in blocks]
    true = {
        "内容 leaf": root(name, proof["leaf"].encode(), proof["position"], size, path).hex() == blocks[0][name]["root"],
        "块链 chain": hashes[:-1] == [block[name]["previous"] for block in blocks[1:]],
        "链头 head": hashes[-1] == head[name]
        and [blocks[-1]["no"], proof["service"]] == [head["block"], head["service"]],
    }
    return [f"{what} ({name})" for what, holds in true.items() if not holds]


def signature(head: Row, key: str) -> str:
    """Whether the head's signature holds: what to say about it."""
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415
    except ImportError:
        key = ""
    if not key or head["algorithm"] != "ed25519":
        return "签名未核对（需要 --key 与 cryptography） / signature NOT checked"
    texts = [str(head[part]).encode() for part in ("service", "no", "block", "at")]
    parts = [*texts, bytes.fromhex(head["sha256"]), bytes.fromhex(head["sm3"])]
    said = b"DSSEv1 19 shenguan-audit-head" + b"".join(b" %d %b" % (len(part), part) for part in parts)
    try:
        Ed25519PublicKey.from_public_bytes(b64decode(key)).verify(b64decode(head["signature"]), said)
    except Exception:  # noqa: BLE001 - whatever is wrong with it, it is not believed
        return ""
    return "签名有效 / signature valid"


def main() -> None:
    """Say what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("proof", type=Path, help="凭证 / the proof")
    parser.add_argument("--key", default="", help="监管服务的公钥 / supervision's public key, base64")
    given = parser.parse_args()
    proof = json.loads(given.proof.read_bytes())
    faults = [fault for name in ("sha256", "sm3") for fault in wrong(proof, name)]
    signed = signature(proof["head"], given.key)
    faults += [] if signed else ["签名 signature"]
    sys.stdout.write(f"{proof['leaf']}\n{signed}\n")
    sys.stdout.write(f"不一致 / not true: {'; '.join(faults)}\n" if faults else "核对一致 / all is true\n")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
