"""Inside a message (报文之内): what is wrong with the statement a webhook brings is pointed at in the message that came."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from kernel.refusal import Refusal


@contextmanager
def in_data() -> Iterator[None]:
    """A refusal of what stands in ``data``: its pointers begin there."""
    try:
        yield
    except Refusal as refusal:
        refusal.faults = tuple(replace(fault, pointer=f"/data{fault.pointer}") for fault in refusal.faults)
        raise
