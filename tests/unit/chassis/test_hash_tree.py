"""The hash tree: that of RFC 6962, and no path but the true one leads from a leaf to the root."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.signing.tree import DIGEST, Tree, hash_of, leaf, root_by

SHA = hash_of("ed25519")
INPUTS = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
"""The inputs of Certificate Transparency's own test data, and its roots over the first one, two … eight of them."""
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}

sizes = st.integers(1, 70)


def leaves(size: int) -> list[bytes]:
    return [leaf(SHA, str(n).encode()) for n in range(size)]


@pytest.mark.parametrize("size", ROOTS)
def test_the_roots_are_those_others_compute(size: int) -> None:
    tree = Tree(SHA, [leaf(SHA, bytes.fromhex(text)) for text in INPUTS[:size]])
    assert tree.root.hex() == ROOTS[size]


@given(size=sizes, data=st.data())
def test_every_path_leads_to_the_root(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    tree = Tree(SHA, leaves(size))
    assert root_by(SHA, leaves(size)[index], index, size, tree.path(index)) == tree.root


@given(size=sizes, data=st.data())
def test_a_path_with_a_changed_bit_leads_elsewhere(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    tree = Tree(SHA, leaves(size))
    path = bytearray(tree.path(index))
    if path:
        path[data.draw(st.integers(0, len(path) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    else:
        path += bytes(DIGEST)
    assert root_by(SHA, leaves(size)[index], index, size, bytes(path)) != tree.root


@given(size=st.integers(2, 70), data=st.data())
def test_a_leaf_proves_only_its_own_place(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(-1, size + 1).filter(lambda at: at != index))
    tree = Tree(SHA, leaves(size))
    assert root_by(SHA, leaves(size)[index], other, size, tree.path(index)) != tree.root


@given(size=st.integers(3, 70), data=st.data())
def test_a_node_is_never_taken_for_a_leaf(size: int, data: st.DataObject) -> None:
    tree = Tree(SHA, leaves(size))
    first, second, *_ = leaves(size)
    node = leaf(SHA, first + second)
    half = (size + 1) // 2
    assert root_by(SHA, node, 0, half, tree.path(0)[DIGEST:]) != tree.root


def test_paths_that_no_tree_has_are_refused() -> None:
    path = Tree(SHA, leaves(5)).path(2)
    start = leaves(5)[2]
    for index, size, given_path in (
        (2, 5, path[:-1]),
        (2, 5, path[:-DIGEST]),
        (2, 5, path * 2),
        (5, 5, path),
        (0, 0, b""),
    ):
        assert root_by(SHA, start, index, size, given_path) is None


def test_the_national_tree_uses_sm3() -> None:
    found = Tree(hash_of("sm2-sm3"), [leaf(hash_of("sm2-sm3"), b"a")]).root
    assert found == hashlib.new("sm3", b"\x00a").digest()
