"""Data that tools have read, as a reader would spell it out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from archive.model.dates import MONTHS


def spelled(item: Mapping[str, Any]) -> str:
    """An item of CSL that a tool has read, as text."""
    names = "; ".join(map(_spelled_name, item.get("author", [])))
    fields = ("title", "genre", "publisher", "number", "section", "locator", "medium")
    page = f"p. {item['page']}" if item.get("page") else ""
    parts = [names, *(str(item.get(each) or "") for each in fields), page]
    return ". ".join(filter(None, (*parts, spelled_date(item.get("issued")), item.get("URL", ""))))


def _spelled_name(name: Mapping[str, Any]) -> str:
    if "literal" in name:
        return str(name["literal"])
    parts = ("dropping-particle", "non-dropping-particle", "family")
    family = " ".join(str(name[part]) for part in parts if name.get(part))
    return ", ".join(filter(None, (family, name.get("given"), name.get("suffix"))))


def spelled_date(date: Mapping[str, Any] | None) -> str:
    """A date of CSL, as a processor prints it."""
    if not date:
        return ""
    if date.get("literal") or date.get("raw"):
        return str(date.get("literal") or date["raw"]).strip('"')
    ends = [_moment(parts) for parts in date.get("date-parts") or [] if parts]
    if len(date.get("date-parts") or []) == 2 and len(ends) == 1:
        ends.append("")
    return ("c. " if date.get("circa") else "") + "–".join(ends)


def _moment(parts: list[Any]) -> str:
    year, *rest = parts
    if not int(year or 0):
        return ""
    month = [MONTHS[int(rest[0]) - 1]] if rest and rest[0] else []
    return " ".join([*(str(day) for day in rest[1:] if day), *month, str(int(year))])
