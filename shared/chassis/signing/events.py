"""Signed events (事件签名): one signature for everything a transaction says, over the root of a hash tree of its events.

Every event carries the signature and its own path to the root in one header, so that it proves itself alone wherever
it is. Covered are the subject, the exact payload and every header but NATS's own: a receiver acts on nothing else.
"""

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from chassis.envelope import Envelope
from chassis.signing.signer import Signer
from chassis.signing.statement import HASHES, compact, stated
from chassis.signing.tree import Hash, Tree, hash_of, leaf, root_by
from chassis.signing.trusted import DistrustError, Trusted

HEADER = "ce-signature"
"""``algorithm.key id.index.size.signature[.path]``; bytes in base64url without padding."""
_ON_THE_WAY = "Nats-"  # the server's and the relay's own headers, which no receiver acts on
_REMEMBERED = 4096
_LONGEST_NUMBER = 9
_sorted = msgspec.json.Encoder(order="sorted").encode  # one text for one set of headers


def signed(signer: Signer, envelopes: Sequence[Envelope]) -> list[Envelope]:
    """The envelopes of one transaction, each with its header; one signature for all."""
    if not envelopes:
        return []
    hashing = hash_of(signer.algorithm)
    tree = Tree(hashing, [_leaf(hashing, e.subject, e.headers, e.payload) for e in envelopes])
    size = len(envelopes)
    signature = compact(signer.sign(_word(size, tree.root)))
    found = []
    for index, envelope in enumerate(envelopes):
        path = tree.path(index)
        proof = f"{signer.algorithm}.{signer.key_id}.{index}.{size}.{signature}"
        header = f"{proof}.{compact(path)}" if path else proof
        said = (envelope.id, envelope.type, envelope.subject, envelope.aggregate, envelope.source_system)
        found.append(Envelope(*said, envelope.headers | {HEADER: header}, envelope.payload))
    return found


class EventVerifier:
    """Believes events; remembers the roots it verified, so that a transaction costs one verification."""

    def __init__(self, trusted: Trusted) -> None:
        self._trusted = trusted
        self._verified: dict[tuple[str, int, bytes, str], None] = {}

    def verify(
        self, subject: str, headers: Mapping[str, str], payload: bytes, *, service: str, at: datetime | None = None
    ) -> None:
        """Believe that ``service`` said exactly this; ``at``: when its key must have been valid, now unless given.

        Raises:
            DistrustError: ``unsigned``, ``unknown-key``, ``expired-key``, ``wrong-signer`` or ``bad-signature``.
        """
        proof = _proof(headers.get(HEADER, ""))
        kind = headers.get("ce-type", "")
        foreign = kind.startswith("cn.shenguan.") and not kind.startswith(f"cn.shenguan.{service}.")
        if foreign or not subject.startswith(f"shenguan.{service}."):
            raise DistrustError(
                "wrong-signer",
                f"{service} 的事件流里出现别的服务的事件: {subject} {kind}",
                f"an event of another service in the stream of {service}: {subject} {kind}",
            )
        moment, source = at or datetime.now(UTC), headers.get("ce-source", "")
        believed = self._trusted.believed(proof.key_id, proof.algorithm, service=service, at=moment, source=source)
        hashing = hash_of(proof.algorithm)
        root = root_by(hashing, _leaf(hashing, subject, headers, payload), proof.position, proof.size, proof.path)
        if root is None:
            raise _bad("路径与位置不符", "no such path in a tree of this size")
        known = (proof.key_id, proof.size, root, proof.signature)
        if known in self._verified:
            return
        if not believed(_word(proof.size, root), _bytes(proof.signature)):
            raise _bad("内容、信封头或签名被改动", "payload, headers or signature were changed")
        self._verified[known] = None
        if len(self._verified) > _REMEMBERED:
            del self._verified[next(iter(self._verified))]


class _Proof(NamedTuple):
    algorithm: str
    key_id: str
    position: int
    size: int
    signature: str
    path: bytes


def _proof(header: str) -> _Proof:
    if not header:
        raise DistrustError("unsigned", "事件没有签名", f"the event is not signed: it has no header {HEADER}")
    algorithm, key_id, index, size, signature, path, *more = [*header.split("."), "", "", "", "", ""]
    if any(more) or header.count(".") not in {4, 5} or algorithm not in HASHES:
        raise _bad("签名头格式有误", f"the header {HEADER} is not algorithm.key.index.size.signature[.path]")
    return _Proof(algorithm, key_id, _number(index), _number(size), signature, _bytes(path))


def _number(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER else -1
    if str(number) != text:
        raise _bad("签名头格式有误", f"the header {HEADER} holds no sound number")
    return number


def _bytes(text: str) -> bytes:
    try:
        content = b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (Base64Error, ValueError):
        content = b""
    if compact(content) != text:  # also the unused bits of the last character: one content, one text
        raise _bad("签名头格式有误", f"the header {HEADER} holds no sound base64url")
    return content


def _bad(zh: str, en: str) -> DistrustError:
    return DistrustError("bad-signature", zh, en)


def _word(size: int, root: bytes) -> bytes:
    return stated("shenguan-events", size.to_bytes(8), root)


def _leaf(hashing: Hash, subject: str, headers: Mapping[str, str], payload: bytes) -> bytes:
    covered = {name: value for name, value in headers.items() if name != HEADER and not name.startswith(_ON_THE_WAY)}
    return leaf(hashing, stated("shenguan-event", subject.encode(), _sorted(covered), payload))
