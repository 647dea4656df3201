"""The commands of ``python -m archive``, and what each of them consists of."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass
from operator import methodcaller
from pathlib import Path
from typing import Any

from archive.commands.failures import in_words

Run = Callable[[Namespace, Path], int]
AddTo = Callable[[Any], object]  # adds arguments to an ArgumentParser


@dataclass(frozen=True, slots=True)
class Command:
    """A function that takes parsed arguments and the archive's root and returns the exit code.

    The help of a command is the docstring of ``run``: the first paragraph in the list of all
    commands, the whole in its own help, which ends with the epilog.
    """

    run: Run
    arguments: tuple[AddTo, ...]
    epilog: str
    failed: str  # what is printed before an error
    errors: tuple[type[Exception], ...]  # those that are expected: the others are defects
    code: int  # the exit code after an error

    def __call__(self, arguments: Namespace, root: Path) -> int:
        """Run the command, and print an error in one line.

        The message of a SystemExit says by itself what happened, and is printed alone.
        """
        try:
            return self.run(arguments, root)
        except SystemExit as error:
            print(error, file=sys.stderr)
        except self.errors as error:
            print(f"{self.failed}: {in_words(error).rstrip('.')}.", file=sys.stderr)
        return self.code


def command(
    *arguments: AddTo,
    epilog: str,
    failed: str = "",
    errors: tuple[type[Exception], ...] = (OSError, ValueError),
    code: int = 1,
) -> Callable[[Run], Command]:
    """Make a command of a function; without ``failed``, every error is a defect."""
    return lambda run: Command(run, arguments, epilog, failed, errors if failed else (), code)


def argument(*names: str, **options: Any) -> AddTo:
    """An argument of a command, described as for ``ArgumentParser.add_argument``."""
    return methodcaller("add_argument", *names, **options)
