"""Blocks (数据块): damages the files NATS keeps a stream in, as a failing disk does: one bit, or the end of a file."""

import random
from pathlib import Path


def blocks_of(store: Path, stream: str) -> list[Path]:
    """The message blocks of a stream in a server's store folder, oldest first."""
    return sorted(store.glob(f"jetstream/*/streams/{stream}/msgs/*.blk"), key=lambda path: int(path.stem))


def flip_bit(file: Path, choice: random.Random) -> int:
    """Flip one bit in the middle half of a file; answers the byte's place."""
    content = bytearray(file.read_bytes())
    place = choice.randrange(len(content) // 4, len(content) * 3 // 4)
    content[place] ^= 1 << choice.randrange(8)
    file.write_bytes(content)
    return place


def cut_off(file: Path, share: float) -> int:
    """Take the last ``share`` of a file away; answers how many bytes are gone."""
    size = file.stat().st_size
    kept = round(size * (1 - share))
    with file.open("r+b") as opened:
        opened.truncate(kept)
    return size - kept
