"""Files of old word processors, which LibreOffice reads where it is installed.

LibreOffice runs without a window, in a folder of its own, with bounded time, and its macros are
off by default for a file that is converted.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from archive.importing import RefusedError
from archive.importing.readers import office
from archive.importing.text import Finding, Remark, Text

SECONDS = 120
MEND = "open it in a word processor and save it as .docx, or install LibreOffice, which reads it."


def read(data: bytes, form: str) -> Text:
    """The text of a file with the extension ``form``.  Raises RefusedError without LibreOffice."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise RefusedError(
            "import-format", "The file is of a word processor before 2007, which only LibreOffice "
            "reads, and it is not installed.", MEND,
        )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / f"in.{form}").write_bytes(data)
        _convert(program, place, form)
        made = place / "in.docx"
        if not made.is_file():
            raise RefusedError(
                "import-unreadable", "LibreOffice cannot read the file.",
                "open it in the word processor it was made with, and save it as .docx.",
            )  # fmt: skip
        text = office.read_word(made.read_bytes())
    told = Remark(Finding.DECIDED, "LibreOffice converted the file to .docx, which was read.")
    return replace(text, remarks=(told, *text.remarks))


def _convert(program: str, place: Path, form: str) -> None:
    command = [
        program, f"-env:UserInstallation={(place / 'profile').as_uri()}", "--headless",
        "--norestore", "--convert-to", "docx", "--outdir", str(place), str(place / f"in.{form}"),
    ]  # fmt: skip
    try:
        subprocess.run(
            command, capture_output=True, check=False, timeout=SECONDS,
            env={"PATH": os.environ.get("PATH", os.defpath), "HOME": str(place)},
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise RefusedError(
            "import-too-much", f"The file takes LibreOffice more than {SECONDS} seconds.",
            "save it as .docx and import that.",
        ) from error  # fmt: skip
