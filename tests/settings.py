"""Settings for tests of the engine: an archive's with more letters than the engine's own."""

from archive.model.settings import Settings

BASE = "https://archive.example/press/"

VALUES = {
    "project": "Press Freedom Archive",
    "html_baseurl": BASE,
    "archive_letters": {"a": "article", "r": "resolved", "w": "whereas"},
}

SETTINGS = Settings.of(VALUES)

# The same as a file, for commands that read it.
CONF = "".join(f"{name} = {value!r}\n" for name, value in VALUES.items())
