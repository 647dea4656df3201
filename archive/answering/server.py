"""The answers by the Model Context Protocol, over standard input and output."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError, ToolError
from mcp.types import ToolAnnotations

from archive.answering import UnknownError
from archive.answering.answers import Answers

_READS = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
_ABOUT = """\
An archive of documents, rewritten passage by passage.  Every passage has a permanent anchor and \
address; cite them with whatever you tell of it.  The words of a passage are the archive’s, and \
only words within quotation marks are the source’s: never quote others as the words of its issuer.\
"""


def server(answers: Answers, name: str) -> MCPServer:
    """Return the server; it reads the folder of the site and nothing else."""
    made = MCPServer(name, instructions=_ABOUT, log_level="WARNING")
    for answer in (
        answers.search_passages, answers.get_passage, answers.check_text, answers.cite,
    ):  # fmt: skip
        made.add_tool(_telling(answer, ToolError), annotations=_READS)
    text = "text/plain; charset=utf-8"
    made.resource("archive://documents", mime_type="application/json")(
        _told_as_json(answers.list_documents, "documents", "The documents of the archive.")
    )
    made.resource("archive://documents/{document}", mime_type=text)(
        _telling(answers.document_text, ResourceNotFoundError)
    )

    def passage(passage: str) -> str:
        """Return a passage with its citation, as JSON, by its anchor."""
        return _json(answers.get_passage(passage))

    made.resource("archive://passages/{passage}", mime_type="application/json")(
        _telling(passage, ResourceNotFoundError)
    )
    return made


def _telling(answer: Callable[..., Any], refused: type[Exception]) -> Callable[..., Any]:
    """Have what is not there told as the protocol tells it."""

    @functools.wraps(answer)
    def told(**asked: Any) -> Any:
        try:
            return answer(**asked)
        except UnknownError as error:
            raise refused(str(error)) from error

    return told


def _told_as_json(answer: Callable[[], Any], name: str, what: str) -> Callable[[], str]:
    def told() -> str:
        return _json(answer())

    told.__name__, told.__doc__ = name, what
    return told


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)
