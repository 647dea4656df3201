"""The commands of ``python -m archive``, and what each of them consists of."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass
from operator import methodcaller
from pathlib import Path
from typing import Any

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

    def __call__(self, arguments: Namespace, root: Path) -> int:
        return self.run(arguments, root)


def command(*arguments: AddTo, epilog: str) -> Callable[[Run], Command]:
    """Make a command of a function."""
    return lambda run: Command(run, arguments, epilog)


def argument(*names: str, **options: Any) -> AddTo:
    """An argument of a command, described as for ``ArgumentParser.add_argument``."""
    return methodcaller("add_argument", *names, **options)
