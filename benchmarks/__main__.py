"""Runs every measurement; the last line says which goals were missed.

Run from the archive's root: ``python -m benchmarks``.  Each measurement runs in a process of its
own, so that none pays for the memory of another.  Its last line is its verdict, its exit code is 1
where it missed a goal.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

PARTS = ("ledger", "fidelity", "importing", "print", "lengths", "site")


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a measurement ended."""

    code: int
    last: str  # the last line of its output


def measure(part: str) -> Verdict:
    """Run one measurement, and print its output as it comes."""
    print(f"\n=== {part}", flush=True)
    last = ""
    command = [sys.executable, "-m", f"benchmarks.{part}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            last = line.strip() or last
    return Verdict(process.returncode, last)


def summary(verdicts: Mapping[str, Verdict]) -> str:
    """All verdicts in one line."""
    missed = {part: verdict.last for part, verdict in verdicts.items() if verdict.code}
    if not missed:
        return f"Benchmarks: every goal that was measured is met ({', '.join(verdicts)})."
    told = " | ".join(f"{part}: {last}" for part, last in missed.items())
    good = ", ".join(part for part in verdicts if part not in missed) or "none"
    return f"Benchmarks: goals MISSED in {told} | every goal met: {good}"


def main() -> int:
    """Return 1 where any goal was missed."""
    verdicts = {part: measure(part) for part in PARTS}
    print(f"\n{summary(verdicts)}")
    return max(int(verdict.code != 0) for verdict in verdicts.values())


if __name__ == "__main__":
    sys.exit(main())
