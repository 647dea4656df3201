"""Runs long proofs: ``python -m tools.prove [NAME]``, or ``make prove WHAT=NAME``."""

from __future__ import annotations

import os
import subprocess
import sys

PYTEST = "-m", "pytest"
READER = "tests/browser/test_reader.py", "tests/browser/test_heard.py", "tests/epub/test_ace.py"
# Each proof: what it does, and its commands.
PROOFS: dict[str, tuple[str, tuple[tuple[str, ...], ...]]] = {
    "long": (
        "a hundred kills of a publisher, hundreds of random edits, axe-core on every page",
        (
            (
                *PYTEST,
                "tests/browser/test_accessibility.py",
                "tests/checking",
                "tests/holdings",
                "tests/model",
                "tests/site",
                "tests/volumes",
            ),
        ),
    ),
    "attack": (
        "tamper with copies, ledgers, mirrors and inputs, and break builds, each as in a table",
        ((*PYTEST, "tests/attack", "tests/preservation", "tests/hostile"),),
    ),
    "fuzz": (
        "give the importer random texts and notes, and each reader damaged files, for ten minutes; "
        "have LibreOffice read what it reads",
        (
            (
                *PYTEST,
                "-n",
                "0",
                "tests/importing/test_golden.py",
                "tests/importing/test_source_text.py",
                "tests/importing/test_fuzzing.py",
                "tests/importing/test_refusals.py",
            ),
        ),
    ),
    "court": (
        "have citeproc-js print records in all styles, and other tools read them",
        ((*PYTEST, "-n", "2", "tests/court"),),
    ),
    "pages": (
        "import fifty web pages whose right text is known, and count the words",
        (("-m", "tests.importing.pages"),),
    ),
    "reader": (
        "do ten tasks of a reader in Chromium, Firefox and WebKit, listen to a passage, and have "
        "Ace read the EPUB",
        ((*PYTEST, "-n", "0", "-rs", *READER),),
    ),
    "pdfs": (
        "import PDFs whose right text is known, and count the words in the right order",
        (("-m", "tests.importing.pdfs"),),
    ),
    "looks": (
        "compare pictures of pages and their states with those that are kept",
        ((*PYTEST, "-n", "0", "tests/browser/test_looks.py"),),
    ),
    # The full disk is a small tmpfs where the user may mount one (root).
    "faults": (
        "kill two hundred builds, let fifty run out of space, damage fifty, save during fifty",
        (("-m", "benchmarks.faults"), (*PYTEST, "tests/attack/test_faults.py")),
    ),
    "hostile": (
        "give the archive bad and hostile input, and count how each is handled",
        ((*PYTEST, "-q", "-n", "1", "tests/hostile"), ("-m", "tests.hostile.cases")),
    ),
    "checking": (
        "check 200 pages with 300 quotations against 10,000 documents, and count seconds and bytes",
        (("-m", "benchmarks.checking"),),
    ),
    "hosting": (
        "serve the site with nginx to a hundred readers for a minute",
        ((*PYTEST, "-n", "0", "-s", "tests/hosting/test_load.py"),),
    ),
    "volumes": (
        "build 4,000 documents (DOCUMENTS=) in four volumes and as a whole, and compare",
        (("-m", "benchmarks.volumes", *os.environ.get("DOCUMENTS", "").split()),),
    ),
}


def main(name: str = "long") -> int:
    """Run one proof; return 0 where it succeeds, 1 where it fails, 2 where there is none."""
    if name not in PROOFS:
        known = (f"  {each:8} {what}" for each, (what, _commands) in PROOFS.items())
        print(f"There is no proof “{name}”. To mend: name one of", file=sys.stderr)
        print(*known, sep="\n", file=sys.stderr)
        return 2
    environment = {**os.environ, "ARCHIVE_LONG": "1"}
    for words in PROOFS[name][1]:
        if subprocess.run([sys.executable, *words], check=False, env=environment).returncode:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
