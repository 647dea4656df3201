"""A text made ready for its outline: every block has words, every note mark stands in a passage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from archive.importing.outline import is_heading
from archive.importing.text import Block, Finding, Remark, Run, Text


def tidied(text: Text) -> Text:
    """The text without blocks that no passage can render; what went is told."""
    tidy = _Tidy()
    for block in text.blocks:
        tidy.take(block)
    tidy.end()
    return replace(text, blocks=tuple(tidy.blocks), remarks=(*text.remarks, *tidy.remarks))


@dataclass(slots=True)
class _Tidy:
    """What stands, and the marks that wait for the next passage."""

    blocks: list[Block] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    waiting: list[Run] = field(default_factory=list)

    def take(self, block: Block) -> None:
        marks = [run for run in block.runs if run.note or run.works]
        if not any(map(str.isalnum, block.text)):
            self._wordless(block, marks)
        elif is_heading(block):
            self._heading(block, marks)
        else:
            self.blocks.append(replace(block, runs=(*self.waiting, *block.runs)))
            self.waiting = []

    def _wordless(self, block: Block, marks: list[Run]) -> None:
        """A row of stars goes; marks on a line of their own belong to what stands above."""
        self.remarks.append(Remark(Finding.LOST, "A line without words.", block.text))
        if self.blocks and not is_heading(self.blocks[-1]):
            self._append(marks)
        else:
            self.waiting += marks

    def _heading(self, block: Block, marks: list[Run]) -> None:
        if marks:
            what = "The note mark of a heading was moved to the passage below it."
            self.remarks.append(Remark(Finding.DECIDED, what))
            self.waiting += marks
            block = replace(block, runs=tuple(run for run in block.runs if run not in marks))
        self.blocks.append(block)

    def end(self) -> None:
        """Leave out headings at the end, below which nothing stands: the notes did."""
        while len(self.blocks) > 1 and is_heading(self.blocks[-1]):
            gone = self.blocks.pop()
            self.remarks.append(Remark(Finding.LOST, "A heading with nothing below it.", gone.text))
        if self.blocks:
            self._append(self.waiting)

    def _append(self, marks: Iterable[Run]) -> None:
        last = self.blocks[-1]
        self.blocks[-1] = replace(last, runs=(*last.runs, *marks))
