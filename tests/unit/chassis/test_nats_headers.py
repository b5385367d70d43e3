"""Headers of NATS messages are read as the client library reads them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nats.aio.client import Client

from chassis.nats_headers import library, parsed, quicken

EVENT = (
    b"Nats-Msg-Id: 0192\r\nce-id: 0192f0c1\r\nce-type: shenguan.supervision.task.created.v1\r\nce-source: /supervision\r\n"
    b"ce-time: 2026-11-28T04:00:00.123456Z\r\nce-specversion: 1.0\r\ntraceparent: 00-aa-bb-01\r\n\r\n"
)
LINES = st.lists(
    st.one_of(
        st.binary(max_size=12),
        st.tuples(
            st.text("abC-: \t\x85\x1f", max_size=6), st.sampled_from([":", ": ", ":\t", ""]), st.text(max_size=6)
        ).map(lambda parts: "".join(parts).encode("utf-8", "surrogatepass")),
    ),
    max_size=6,
)


@pytest.mark.parametrize(
    "raw",
    [
        EVENT,
        b"",
        b"\r\n",
        b"a:b\r\n",
        b"a: b: c\r\n",
        b" a: b\r\n",
        b"a b: c\r\n",
        b"a:\tb \r\n",
        "名: 值\r\n".encode(),
        b"a: 1\r\na: 2",
    ],
)
def test_a_block_is_read_as_the_library_reads_it(raw: bytes) -> None:
    assert parsed(raw) == library(raw)


@given(LINES)
def test_so_is_any_block(lines: list[bytes]) -> None:
    raw = b"\r\n".join(lines)
    assert parsed(raw) == library(raw)


def test_the_client_asks_it() -> None:
    client = Client()
    quicken(client)
    assert client._parse_header_lines is parsed
