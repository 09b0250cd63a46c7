"""How papers are read in tests: the text of a PDF, page by page, without the gaps that typesetting makes."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from pypdf import PdfReader


@pytest.fixture(scope="session")
def pages() -> Callable[[bytes], list[str]]:
    def read(pdf: bytes) -> list[str]:
        return [re.sub(r"\s+", "", page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]

    return read


@pytest.fixture(scope="session")
def lowest() -> Callable[[bytes], float]:
    """How high above the edge of the sheet the lowest words of all pages stand, in points."""

    def measure(pdf: bytes) -> float:
        heights: list[float] = []

        def note(text: str, current: list[float], place: list[float], *_: object) -> None:
            if text.strip():
                heights.append(current[5] + current[3] * place[5])

        for page in PdfReader(io.BytesIO(pdf)).pages:
            page.extract_text(visitor_text=note)
        return min(heights)

    return measure
