"""A file that cannot be taken in, and how to mend that."""

from __future__ import annotations

from archive.model.problem import Problem


class RefusedError(Exception):
    """The import ends here and nothing is written."""

    def __init__(self, rule: str, message: str, mend: str) -> None:
        super().__init__(rule, message, mend)
        self.rule = rule
        self.message = message
        self.mend = mend

    def problem(self, path: str) -> Problem:
        """What is told to the editor."""
        return Problem(path, 0, self.rule, self.message, self.mend)
