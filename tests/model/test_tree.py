"""The Merkle tree: known answers, the definition of RFC 6962, and proofs that hold or fail."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.model.tree import EMPTY, Head, Tree
from tests.proofs import is_consistent, root_by_inclusion

# The test vectors of Certificate Transparency: eight entries, the roots of their trees by size.
ENTRIES = tuple(
    map(
        bytes.fromhex,
        (
            "", "00", "10", "2021", "3031", "40414243",
            "5051525354555657", "606162636465666768696a6b6c6d6e6f",
        ),
    )
)  # fmt: skip
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
LINES = st.lists(st.binary(max_size=3), min_size=1, max_size=40)


def defined(entries: list[bytes]) -> bytes:
    """The Merkle tree hash as RFC 6962, 2.1 defines it."""
    if len(entries) < 2:
        return sha256(b"\0" + entries[0]).digest() if entries else sha256().digest()
    split = 1
    while split * 2 < len(entries):
        split *= 2
    return sha256(b"\1" + defined(entries[:split]) + defined(entries[split:])).digest()


def test_roots_of_the_known_entries_are_the_known_roots() -> None:
    tree = Tree(ENTRIES)
    assert {size: tree.root(size).hex() for size in ROOTS} == ROOTS


@given(LINES)
def test_every_root_is_the_one_that_the_rfc_defines(lines: list[bytes]) -> None:
    tree, wanted = Tree(lines), [defined(lines[:size]) for size in range(len(lines) + 1)]
    assert [tree.root(size) for size in range(tree.size + 1)] == wanted


@given(LINES, st.data())
def test_an_inclusion_proof_leads_to_its_root_only(lines: list[bytes], data: st.DataObject) -> None:
    tree = Tree(lines)
    size = data.draw(st.integers(1, tree.size))
    index = data.draw(st.integers(0, size - 1))
    proof = tree.inclusion(index, size)
    assert root_by_inclusion(lines[index], index, size, proof) == tree.root(size)
    assert root_by_inclusion(lines[index] + b"x", index, size, proof) != tree.root(size)
    assert root_by_inclusion(lines[index], index, size, (*proof, EMPTY)) != tree.root(size)
    assert root_by_inclusion(lines[index], size, size, proof) is None


@given(LINES, st.data())
def test_a_consistency_proof_holds_for_its_heads_only(
    lines: list[bytes], data: st.DataObject
) -> None:
    tree = Tree(lines)
    new = data.draw(st.integers(1, tree.size))
    old = data.draw(st.integers(1, new))
    proof = tree.consistency(old, new)
    assert is_consistent(tree.head(old), tree.head(new), proof)
    other = Tree([b"other", *lines[1:]])
    assert not is_consistent(other.head(old), tree.head(new), proof) or other.root() == tree.root()
    assert not is_consistent(tree.head(old), Head(new, "0" * 64), proof)
    assert not is_consistent(tree.head(old), tree.head(new), (*proof, EMPTY))


@pytest.mark.parametrize(("old", "new"), [(-1, 2), (3, 2), (1, 9)])
def test_a_size_that_the_tree_has_not_is_refused(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="the tree has 8 entries"):
        Tree(ENTRIES).consistency(old, new)
