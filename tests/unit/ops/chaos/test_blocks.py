"""Damage is small, exact and repeatable."""

from pathlib import Path
from random import Random

from ops.chaos.blocks import blocks_of, cut_off, flip_bit


def block(store: Path, number: int, stream: str = "APPROVAL") -> Path:
    path = store / f"jetstream/$G/streams/{stream}/msgs/{number}.blk"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(1000))
    return path


def choice() -> Random:
    return Random(7)  # noqa: S311 - repeatable damage


def test_the_blocks_of_one_stream_come_oldest_first(tmp_path: Path) -> None:
    expected = [block(tmp_path, number) for number in (2, 10)]
    block(tmp_path, 1, "CREDIT")
    assert blocks_of(tmp_path, "APPROVAL") == expected


def test_one_bit_is_flipped_where_the_seed_says(tmp_path: Path) -> None:
    first, second = block(tmp_path, 1), block(tmp_path, 2)
    assert flip_bit(first, choice()) == flip_bit(second, choice())
    assert first.read_bytes() == second.read_bytes()
    assert sum(byte.bit_count() for byte in first.read_bytes()) == 1


def test_the_end_of_a_file_is_cut_off(tmp_path: Path) -> None:
    path = block(tmp_path, 1)
    assert cut_off(path, 0.25) == 250
    assert path.stat().st_size == 750
