"""Front matter: the YAML block at the head of a document, with the line of every value."""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from archive.model import Problem

_FENCE = "---"
# libyaml's loader is ten times as fast; some builds of PyYAML lack it.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# A value of front matter: plain text, a list of texts, or a mapping of further entries.
Value = str | tuple["Entry", ...] | dict[str, "Entry"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A value and the line, counted from 1, on which it stands."""

    value: Value
    line: int


def read_front_matter(text: str, path: str) -> tuple[dict[str, Entry], list[Problem]]:
    """Read the front matter of a document's text, with every scalar as text.

    It is YAML 1.1, without implicit numbers, dates and booleans.
    """
    block = _block(text)
    if block is None:
        return {}, [
            Problem(path, 1, "record-missing", "The document has no front matter.",
                    "begin the file with a line ---, the record, and a line ---.")
        ]  # fmt: skip
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(block, _Loader)):
            return {}, [_alias_problem(path)]
        node = yaml.compose(block, Loader=_Loader)
        if isinstance(node, yaml.MappingNode):
            problems: list[Problem] = []
            return _convert_mapping(node, path, problems), problems
    except yaml.YAMLError as error:
        return {}, [_syntax_problem(error, path)]
    except RecursionError:
        return {}, [_form_problem(path, 1, "The front matter is nested too deeply.")]
    return {}, [_form_problem(path, 2, "The front matter is not a list of keys with values.")]


def _block(text: str) -> str | None:
    lines = text.removeprefix("\ufeff").splitlines()
    if not lines or lines[0].rstrip() != _FENCE:
        return None
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == _FENCE:
            return "\n".join(lines[1:number]) + "\n"
    return None


def _convert(node: yaml.Node, path: str, problems: list[Problem]) -> Entry:
    line = node.start_mark.line + 2  # the mark counts from 0, and the fence stands above it
    if isinstance(node, yaml.MappingNode):
        return Entry(_convert_mapping(node, path, problems), line)
    if isinstance(node, yaml.SequenceNode):
        return Entry(tuple(_convert(item, path, problems) for item in node.value), line)
    return Entry(str(node.value), line)


def _convert_mapping(
    node: yaml.MappingNode, path: str, problems: list[Problem]
) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    for key_node, value_node in node.value:
        key = key_node.value
        if not isinstance(key, str):
            line = key_node.start_mark.line + 2
            problems.append(_form_problem(path, line, "A key is no single text."))
            continue
        if key in entries:
            problems.append(
                Problem(path, key_node.start_mark.line + 2, "record-key-repeated",
                        f"The key “{key}” stands twice; the first is on line {entries[key].line}.",
                        "keep one of them.")
            )  # fmt: skip
            continue
        entries[key] = _convert(value_node, path, problems)
    return entries


def _syntax_problem(error: yaml.YAMLError, path: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or "it cannot be read"
    return Problem(
        path,
        mark.line + 2 if mark else 1,
        "record-syntax",
        f"The front matter is not YAML: {what}.",
        "put quotation marks around a value that holds a colon, a bracket or a quotation mark.",
    )


def _form_problem(path: str, line: int, message: str) -> Problem:
    return Problem(path, line, "record-syntax", message, "write each line as key: value.")


def _alias_problem(path: str) -> Problem:
    return Problem(
        path, 1, "record-alias", "The front matter refers to itself with * or &.",
        "write every value out where it stands.",
    )  # fmt: skip
