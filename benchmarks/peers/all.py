"""Every peer, in the order of the table."""

from benchmarks.peers.hugo import HUGO
from benchmarks.peers.mkdocs import MKDOCS, MKDOCS_COLLECTIONS
from benchmarks.peers.pandoc import PANDOC
from benchmarks.peers.peer import Peer
from benchmarks.peers.sphinx import SPHINX_COLLECTIONS, SPHINX_ONE_TOCTREE

PEERS: tuple[Peer, ...] = (
    SPHINX_ONE_TOCTREE, SPHINX_COLLECTIONS, MKDOCS, MKDOCS_COLLECTIONS, PANDOC, HUGO,
)  # fmt: skip
