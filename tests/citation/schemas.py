"""What the specifications ask of our JSON, as JSON Schemas no longer than our forms need."""

_ADDRESS = {"type": "string", "pattern": r"^https?://[^\s<>\"{}\\^`|]+$"}
_NAMES = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "properties": {"literal": {"type": "string", "minLength": 1}},
        "required": ["literal"],
        "additionalProperties": False,
    },
}

# csl-data.json of CSL 1.0.2, the definition "date-variable".
_DATE = {
    "type": "object",
    "properties": {
        "date-parts": {
            "type": "array",
            "minItems": 1,
            "maxItems": 2,
            "items": {
                "type": "array",
                "minItems": 1,
                "maxItems": 3,
                "items": {"type": ["integer", "string"]},
            },
        },
        "season": {"type": ["string", "number"]},
        "circa": {"type": ["string", "number", "boolean"]},
        "literal": {"type": "string"},
        "raw": {"type": "string"},
    },
    "minProperties": 1,
    "additionalProperties": False,
}

_TEXTS = (
    "abstract", "archive", "archive_location", "call-number", "genre", "keyword",
    "language", "medium", "note", "original-publisher", "original-title", "page", "publisher",
    "section", "source", "status", "title", "title-short", "URL",
)  # fmt: skip

# csl-data.json of CSL 1.0.2, those of its variables that a report has.
CSL_ITEM = {
    "type": "object",
    "properties": {
        "type": {"enum": ["report"]},
        "id": {"type": ["string", "number"]},
        "author": _NAMES,
        "issued": _DATE,
        "original-date": _DATE,
        "custom": {"type": "object"},
        **{name: {"type": "string", "minLength": 1} for name in _TEXTS},
        "URL": _ADDRESS,
    },
    "required": ["type", "id"],
    "additionalProperties": False,
}

CSL_DATA = {"type": "array", "items": CSL_ITEM}

# RFC 9264, 4.2: a single member "linkset"; contexts with an anchor and arrays of target objects.
LINKSET = {
    "type": "object",
    "properties": {
        "linkset": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "properties": {"anchor": _ADDRESS},
                "required": ["anchor"],
                "additionalProperties": {
                    "type": "array",
                    "minItems": 1,
                    "items": {
                        "type": "object",
                        "properties": {
                            "href": _ADDRESS,
                            "type": {"type": "string", "pattern": "^[a-z]+/[a-z0-9.+-]+$"},
                        },
                        "required": ["href"],
                        "additionalProperties": False,
                    },
                },
            },
        }
    },
    "required": ["linkset"],
    "additionalProperties": False,
}


def _node(kind, properties, required):
    return {
        "type": "object",
        "properties": {"@type": {"const": kind}, **properties},
        "required": ["@type", *required],
        "additionalProperties": False,
    }


_TEXT = {"type": "string", "minLength": 1}
_ORGANIZATION = _node("Organization", {"name": _TEXT, "url": _ADDRESS}, ["name"])

_DATES = {
    "datePublished": {"type": "string", "pattern": r"^\d{4}(-\d\d(-\d\d)?)?$"},
    "temporal": _TEXT,
}

# schema.org, Report: its properties and what type each expects.
REPORT = _node(
    "Report",
    {
        "@context": {
            "prefixItems": [
                {"const": "https://schema.org"},
                {"properties": {"@base": _ADDRESS}, "required": ["@base"]},
            ],
        },
        "@id": _ADDRESS,
        "url": _ADDRESS,
        "identifier": _TEXT,
        "name": _TEXT,
        "alternateName": _TEXT,
        "genre": _TEXT,
        "author": _ORGANIZATION,
        "contributor": _ORGANIZATION,
        "publisher": _ORGANIZATION,
        "inLanguage": _TEXT,
        "keywords": {"type": "array", "items": _TEXT},
        "license": _ADDRESS,
        "creditText": _TEXT,
        **_DATES,
        "isBasedOn": {
            **_node(
                "CreativeWork",
                {
                    "name": _TEXT,
                    "author": _ORGANIZATION,
                    "publisher": _ORGANIZATION,
                    "url": _ADDRESS,
                    **_DATES,
                },
                ["author"],
            ),
        },
        "encoding": _node(
            "MediaObject",
            {"contentUrl": _ADDRESS, "encodingFormat": _TEXT},
            ["contentUrl", "encodingFormat"],
        ),
        "isPartOf": _node("Collection", {"name": _TEXT, "url": _ADDRESS}, ["name"]),
        "hasPart": {
            "type": "array",
            "minItems": 1,
            "items": _node(
                "CreativeWork",
                {
                    "@id": {"type": "string", "pattern": "^#"},
                    "url": _ADDRESS,
                    "identifier": _TEXT,
                    "name": _TEXT,
                },
                ["@id", "name"],
            ),
        },
    },
    ["@context", "@id", "name", "author", "license"],
)

# csl-data.json of CSL 1.0.2: names, dates and variables as works cited have them.
_PERSON = {
    "type": "object",
    "properties": {
        name: {"type": "string", "minLength": 1}
        for name in ("family", "given", "non-dropping-particle", "suffix", "literal")
    },
    "minProperties": 1,
    "additionalProperties": False,
}
_PEOPLE = ("author", "editor", "translator", "container-author", "contributor")
_WORK_TEXTS = (
    *_TEXTS, "annote", "authority", "collection-number", "collection-title", "container-title",
    "chapter-number", "DOI", "edition", "event-place", "event-title", "ISBN", "ISSN", "issue",
    "number", "number-of-pages", "number-of-volumes", "original-publisher",
    "original-publisher-place", "original-title", "part", "publisher-place", "version", "volume",
    "volume-title",
)  # fmt: skip
_WORK_TYPES = (
    "article-journal", "article-magazine", "article-newspaper", "book", "chapter", "dataset",
    "document", "entry-encyclopedia", "graphic", "hearing", "legal_case", "legislation",
    "manuscript", "motion_picture", "pamphlet", "paper-conference", "patent", "performance",
    "periodical", "personal_communication", "regulation", "report", "review", "software", "song",
    "standard", "thesis", "treaty", "webpage",
)  # fmt: skip
CSL_WORKS = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "type": {"enum": list(_WORK_TYPES)},
            "id": {"type": "string"},
            **{name: {"type": "array", "items": _PERSON} for name in _PEOPLE},
            **dict.fromkeys(("issued", "accessed", "original-date", "event-date"), _DATE),
            "custom": {"type": "object"},
            **{name: {"type": "string", "minLength": 1} for name in _WORK_TEXTS},
        },
        "required": ["type", "id"],
        "additionalProperties": False,
    },
}
