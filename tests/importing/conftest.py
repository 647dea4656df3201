"""What the tests of importing share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.settings import CONF

HERE = Path(__file__).parent
IN = HERE / "in"

# The options of the command, as nobody gives any.
ASKED = {
    "kind": None, "against": None, "keep_images": False, "title": "", "issuer": "", "date": "",
    "main": "", "accept": False, "look": False, "fetch": False, "ocr": None,
}  # fmt: skip

GLOSSARY = """# Glossary

```{glossary}
Lantern League
LL
  Those who bring lamps.

oil
  What burns.
```
"""


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """The root of an archive that holds no document yet."""
    (tmp_path / "documents").mkdir()
    (tmp_path / "conf.py").write_text(CONF, "utf-8")
    (tmp_path / "references.bib").write_text("% References.\n", "utf-8")
    (tmp_path / "glossary.md").write_text(GLOSSARY, "utf-8")
    return tmp_path
