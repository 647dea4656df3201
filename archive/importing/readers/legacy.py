"""Files that LibreOffice reads, where it is installed: old Word, WordPerfect, Pages.

LibreOffice runs without a window, in a folder of its own, with bounded memory and time, and its
macros are off by default for a file that is converted.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from archive.importing import RefusedError, apart, container
from archive.importing.readers import office
from archive.importing.text import Finding, Remark, Text

SECONDS = 120
# What each form is, and the program that saves it otherwise.
_FORMS = {
    "doc": ("a Word document of before 2007", "a word processor"),
    "wpd": ("a WordPerfect document", "a word processor"),
    "pages": ("a Pages document", "Pages"),
}


def read(data: bytes, form: str) -> Text:
    """The text of a file with the extension ``form``.  Raises RefusedError without LibreOffice."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        what, other = _FORMS[form]
        raise RefusedError(
            "import-format", f"The file is {what}, which only LibreOffice reads, and it is not "
            "installed.", f"open it in {other} and save it as .docx, or install LibreOffice.",
        )  # fmt: skip
    if form == "pages":
        container.checked(data)  # raises for what unpacks to too much
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / f"in.{form}").write_bytes(data)
        _convert(program, place, form)
        made = place / "in.docx"
        if not made.is_file():
            raise RefusedError(
                "import-unreadable", "LibreOffice cannot read the file.",
                "open it in the program it was made with, and save it as .docx.",
            )  # fmt: skip
        text = office.read_word(made.read_bytes())
    told = Remark(Finding.DECIDED, "LibreOffice converted the file to .docx, which was read.")
    return replace(text, remarks=(told, *text.remarks))


def _convert(program: str, place: Path, form: str) -> None:
    """Have LibreOffice write in.docx beside the file."""
    command = apart.bounded([
        program, f"-env:UserInstallation={(place / 'profile').as_uri()}", "--headless",
        "--norestore", "--convert-to", "docx", "--outdir", str(place), str(place / f"in.{form}"),
    ])  # fmt: skip
    running = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={"PATH": os.environ.get("PATH", os.defpath), "HOME": str(place)},
        start_new_session=True,
    )  # fmt: skip
    try:
        running.wait(SECONDS)
    except subprocess.TimeoutExpired as error:
        raise RefusedError(
            "import-too-much", f"The file takes LibreOffice more than {SECONDS} seconds.",
            "save it as .docx and import that.",
        ) from error  # fmt: skip
    finally:
        _end(running)


def _end(running: subprocess.Popen[bytes]) -> None:
    """End the program with all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()
