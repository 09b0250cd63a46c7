"""A curious visitor: opens every address there is, with every name they might guess, follows every link, and reads all that comes
back, to the last header and the metadata of the last file."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence

from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pypdf import PdfReader

#: What is opened changes nothing; what leads out of the session is left alone.
_LEFT_ALONE = ("/accounts/logout", "/demo/")
_LINK = re.compile(r'(?:href|src|action|data-[a-z-]+)="(/[^"#]*)"')
#: More combinations than this for one address, or pages for one visitor, tell nothing new.
_COMBINATIONS, _PAGES = 10, 900


def addresses(guesses: Mapping[str, Sequence[object]]) -> list[str]:
    """Every address of the platform with every combination of guesses for its parameters, by the parameter's name."""
    return list(dict.fromkeys(_addresses(guesses)))


def _addresses(guesses: Mapping[str, Sequence[object]]) -> Iterator[str]:
    for name, parameters in sorted(_names(get_resolver().url_patterns)):
        pools = [guesses.get(parameter, guesses["*"]) for parameter in parameters]
        for chosen in itertools.islice(itertools.product(*pools), _COMBINATIONS):
            try:
                yield reverse(name, kwargs=dict(zip(parameters, chosen, strict=True)))
            except Exception:  # noqa: BLE001  # a guess that does not fit the address
                continue


def _names(patterns: Sequence[URLPattern | URLResolver]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for each in patterns:
        if isinstance(each, URLPattern):
            yield str(each.name), tuple(each.pattern.converters)
        elif str(each.pattern) != "accounts/":
            yield from _names(each.url_patterns)


def all_that_comes_back(client: Client, begin: Sequence[str]) -> dict[str, str]:
    """What every address answers, and every one that is linked from there: status, headers, and all that is in the body."""
    waiting, seen = list(begin), {}
    for address in waiting:  # it grows while it is read
        if len(seen) >= _PAGES:
            break
        if address in seen or address.startswith(_LEFT_ALONE):
            continue
        answer = client.get(address)
        seen[address] = text = said_by(answer)
        if "text/html" in answer.get("Content-Type", ""):
            waiting += [link.replace("&amp;", "&") for link in _LINK.findall(text)]
        elif answer.status_code in (301, 302, 303):
            waiting.append(answer["Location"])
    return seen


def said_by(answer: HttpResponse) -> str:
    """Everything an answer says: its status and headers, its body, and what is within a file, metadata too."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    heads = "\n".join(f"{name}: {value}" for name, value in answer.items())
    return f"{answer.status_code}\n{heads}\n{answer.cookies.output()}\n{''.join(_within(body))}"


def _within(body: bytes) -> Iterator[str]:
    if body[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            for member in archive.infolist():
                yield member.filename + "\n"
                yield from _within(archive.read(member))
    elif body[:5] == b"%PDF-":
        yield body.decode("latin-1")
        try:
            paper = PdfReader(io.BytesIO(body))
            yield f"{paper.metadata}\n{paper.xmp_metadata and paper.xmp_metadata.dc_title}\n"
            yield "\n".join(page.extract_text() for page in paper.pages)
        except Exception:  # noqa: BLE001  # a broken file says no more than its bytes
            return
    else:
        yield body.decode("utf-8", "replace")
