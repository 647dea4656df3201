"""Prints editions in processes that end, as Typst keeps in memory all that it has laid out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx.util.parallel import ParallelTasks, parallel_available

from archive.pdf.engine import Engine
from archive.pdf.printing import Outcome, print_edition

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from archive.pdf.edition import Edition

# Documents that one process prints.  Of two pages each they take it to some 130 MB; more make it
# no faster.
BATCH = 40


class Press:
    """Prints editions, several at a time."""

    def __init__(self, folder: Path, timestamp: int, jobs: int) -> None:
        self._engine = Engine(folder, timestamp)  # here, so that each process finds fonts loaded
        self._jobs = max(1, jobs)

    def print(
        self,
        editions: Sequence[Edition],
        draft: Callable[[Edition], Path],
        keep: Callable[[Edition, Outcome], None],
    ) -> None:
        """Print documents in batches, and each large edition in a process of its own.

        ``draft`` writes an edition's source, in the process that prints it; ``keep`` is called
        with what became of each, in this one.
        """

        def print_batch(batch: Sequence[Edition]) -> list[Outcome]:
            return [print_edition(self._engine, edition, draft(edition)) for edition in batch]

        def keep_batch(batch: Sequence[Edition], printed: list[Outcome]) -> None:
            for edition, outcome in zip(batch, printed, strict=True):
                keep(edition, outcome)

        if not parallel_available:
            for batch in _batches(editions):
                keep_batch(batch, print_batch(batch))
            return
        tasks = ParallelTasks(self._jobs)
        for batch in _batches(editions):
            tasks.add_task(print_batch, batch, keep_batch)
        tasks.join()


def _batches(editions: Sequence[Edition]) -> Iterator[Sequence[Edition]]:
    """What one process prints.  Large editions start first, as they take longest."""
    # ParallelTasks starts what was added last before what was added earlier.
    small = [edition for edition in editions if not edition.is_large]
    for start in range(0, len(small), BATCH):
        yield small[start : start + BATCH]
    for edition in editions:
        if edition.is_large:
            yield [edition]
