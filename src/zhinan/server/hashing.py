"""Hashes: one canonical JSON, so that the same content always has the same SHA-256, on every machine."""

from __future__ import annotations

import hashlib
import json

#: What JSON can say. (Dictionaries here never leave the rows they are kept in.)
Json = dict[str, object]


def canonical(content: object) -> str:
    """The content as JSON in the one form that is hashed: keys in order, no spaces, Chinese as it is."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(text: str) -> str:
    """The SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def content_hash(content: object) -> str:
    """The SHA-256 of a content's canonical JSON."""
    return digest(canonical(content))


def link(body: str, previous: str, case_previous: str) -> str:
    """The hash that ties an event to the one before it, and to the one before it in its case."""
    return digest(f"{previous}\n{case_previous}\n{body}")
