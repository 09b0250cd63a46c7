"""What the fuzz test needs: a small world of rows, everyone who may come in, every address, and what hostile hands send."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from io import BytesIO
from urllib.parse import quote, urlencode, urlsplit
from zipfile import ZIP_DEFLATED, ZipFile

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import Resolver404, URLPattern, URLResolver, resolve
from django.urls.resolvers import RoutePattern
from hypothesis import strategies as st

from tests.server.making import GOOD, NOON, Yinchuan, authority, person, post, unit
from zhinan.server.actions import applications, calls, chain, papers
from zhinan.server.clock import now
from zhinan.server.models import Application, Role, User
from zhinan.server.queries.applications import filled
from zhinan.server.queries.sheets import sheet

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
#: One field of a form, as it is sent.
Pair = tuple[str, str]


class World(Yinchuan):
    """The city with a case in each of many stages, and one more person of every other role."""

    def __init__(self) -> None:
        super().__init__()
        self.facts()
        calls.extend(self.call.code, by=self.officer, at=NOON, closes_at=now() + timedelta(days=30), reason="测试")
        self.people: dict[str, User | None] = {"anonymous": None, "leader": self.leader, "admin": self.admin}
        self.people |= {"recommender": self.recommender, "officer": self.officer}
        for login, role in {"auditor": Role.AUDITOR, "finance": Role.FINANCE, "leadership": Role.LEADERSHIP}.items():
            self.people[login] = self._post(login, role, authority=self.city)
        self.people["keeper"] = self._post("keeper", Role.KEEPER, authority=authority("house", "system", "640000"))
        self.people["stranger"] = self._post("stranger", Role.UNIT_ADMIN, organisation=unit(2))
        self.cases = [
            case.code
            for case in (self.draft(), self.ready(10), self.at_county(11), self.listed(12), self.at_city(13), self.returned(14))
        ]

    def _post(self, login: str, role: Role, **place: object) -> User:
        user = person(login)
        post(user, role, **place)
        return user

    def ready(self, number: int) -> Application:
        """A draft that lacks nothing, of a unit of its own."""
        applicant = unit(number)
        post(self.admin, Role.UNIT_ADMIN, organisation=applicant)
        for fact in self.unit.facts.all():
            applicant.facts.create(key=fact.key, value=fact.value, source=fact.source, observed_on=fact.observed_on)
        case = applications.start(by=self.admin, call=self.call, scheme="sme-innovation", organisation=applicant, at=NOON)
        applications.save(case.code, {**GOOD, "project.title": f"枸杞研究{number}"}, by=self.admin, at=NOON)
        papers.add(
            case.code,
            "evidence-below-threshold",
            name="报表.pdf",
            content=PDF,
            declared_type="application/pdf",
            by=self.admin,
            at=NOON,
        )
        return case

    def at_county(self, number: int) -> Application:
        """Handed in, with the county."""
        case = self.ready(number)
        applications.submit(case.code, by=self.admin, at=NOON, begun_at=NOON)
        return Application.objects.get(id=case.id)

    def listed(self, number: int) -> Application:
        """Checked by the county and on its list, which has not been sent."""
        case = self.at_county(number)
        lines = sheet(filled(case, on=NOON.date()), case.stage).lines
        chain.answer(case.code, {line.item: ("yes", "") for line in lines if line.is_asked}, by=self.recommender, at=NOON)
        chain.put_on_list(case.code, by=self.recommender, at=NOON)
        return case

    def at_city(self, number: int) -> Application:
        """Sent up with the county's letter."""
        case = self.listed(number)
        chain.send_list(
            self.call.code,
            case.stage,
            self.county.code,
            letter="兴科函〔2026〕1号",
            letter_date=NOON.date(),
            by=self.recommender,
            at=NOON,
        )
        return Application.objects.get(id=case.id)

    def returned(self, number: int) -> Application:
        """Sent back by the city for correction."""
        case = self.at_city(number)
        marked = {
            "project.summary": {"kind": "incomplete", "note": "再写"},
            "evidence-below-threshold": {"kind": "unclear", "note": ""},
        }
        return chain.move(case.code, "ask-correction", by=self.officer, at=NOON, reason="数据不符", marked=marked)


# ─── Every address ───

_PARAMETER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>|\(\?P<(?P<group>\w+)>[^()]*\)")


def routes(patterns: Iterable[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    """Every route of a urlconf, with its parameters still in it."""
    for each in patterns:
        own = str(each.pattern)
        route = before + (own if isinstance(each.pattern, RoutePattern) else own.strip("^$").removesuffix("\\Z"))
        if isinstance(each, URLResolver):
            yield from routes(each.url_patterns, route)
        else:
            yield route


def parameters(route: str) -> list[tuple[str, str]]:
    """The parameters of a route: name and kind."""
    return [(found["name"] or found["group"], found["kind"] or "str") for found in _PARAMETER.finditer(route)]


def path_of(route: str, values: Mapping[str, str]) -> str:
    """The route with its parameters put in, quoted as an address."""
    return "/" + _PARAMETER.sub(
        lambda found: quote(values[found["name"] or found["group"]], safe="", errors="surrogatepass"), route
    )


# ─── Forms, as the pages show them ───


@dataclass(slots=True)
class Forms(HTMLParser):
    """The forms of a page: where each is sent, and what it sends if nothing is changed."""

    here: str
    found: list[tuple[str, list[Pair]]] = field(default_factory=list)
    _choosing: str = ""

    def __post_init__(self) -> None:
        HTMLParser.__init__(self)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((urlsplit(given.get("action") or self.here).path, []))
        elif self.found and tag in ("input", "textarea", "button") and given.get("name"):
            self.found[-1][1].append((given["name"], given.get("value", "")))
        elif self.found and tag == "select":
            self._choosing = given.get("name", "")
        elif self.found and tag == "option" and self._choosing:
            self.found[-1][1].append((self._choosing, given.get("value", "")))


def forms_of(path: str, html: str) -> list[tuple[str, list[Pair]]]:
    """The forms of one page."""
    reader = Forms(path)
    reader.feed(html)
    return [(action, pairs) for action, pairs in reader.found if action.startswith("/")]


def route_of(path: str) -> str:
    """The route that an address belongs to; empty if to none."""
    try:
        return str(resolve(path).route)
    except Resolver404:
        return ""


# ─── What hostile hands send ───

NUMBERS = (
    "0",
    "-1",
    "1e309",
    "NaN",
    "9" * 400,
    str(2**63),
    str(2**31),
    "１２３",
    "٣",
    "½",
    "0x10",
    "1_000",
    " 1 ",
    "1.5",
    "--",
    "+",
)
TEXTS = (
    "", " ", "\x00", "a\x00b", "\ud800", "😀" * 40, "𠮷野家", "\u202eexe.pdf", "\ufeff", "é" * 3, "<script>alert(1)</script>", "{{ x }}{% t %}", "%s%n%00",
    "' OR 1=1 --", "../../etc/passwd", "..\\..\\x", "=1+1", "@SUM(A1)", "-2+3", "\t=cmd", "a" * 20_000, "一" * 9000, "\r\nSet-Cookie: a=b", "[]", "{}", "null",
    "true", '[{"a":1}]', '{"a":' * 300, "[" * 5000, "yes", "on", "1", "2026-02-30", "9999-12-31T23:59", "0000-00-00", "2026-13-01", "10000-01-01", "24:61", "0001-01-01T00:00",
    "1500万元", "-0元", "９９９万元", "1e400元", "∞", "100%", "D-YC09", "银川市", "640104", "https://evil.example/", "//evil.example", "javascript:alert(1)", "zh", "en", "fr",
)  # fmt: skip
hostile_texts = st.one_of(st.sampled_from(TEXTS), st.sampled_from(NUMBERS), st.text(max_size=30))


def _bomb() -> bytes:
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 5_000_000)
    return made.getvalue()


FILES = (
    b"",
    PDF,
    b"\x00" * 100,
    _bomb(),
    b"PK\x03\x04" + b"\xff" * 50,
    "名称,金额\n=1+1,2\n".encode(),
    b"\xff\xfe\x00",
    b"<svg onload=alert(1)>",
    b"\x89PNG\r\n\x1a\n",
)
FILE_NAMES = (
    "a.pdf",
    "报表.xlsx",
    "../../x.pdf",
    "a.exe",
    "a.xlsm",
    "\u202efdp.exe",
    "😀.png",
    "a",
    ".pdf",
    "a" * 300 + ".pdf",
    "CON.txt",
    'q"uote.zip',
    "a.csv",
)


@dataclass(frozen=True, slots=True)
class Sent:
    """One request: the method, the query, the body and its type, what the browser says it takes."""

    method: str
    query: str
    body: bytes
    content_type: str
    accept: str


@st.composite
def requests(draw: st.DrawFn, known: Sequence[Pair], names: Sequence[str]) -> Sent:
    """A request: the form as the page would send it with some fields made hostile, or nothing that any page sends."""
    method = draw(st.sampled_from(["GET", "GET", "POST", "POST", "POST", "HEAD", "PUT", "DELETE", "OPTIONS"]))
    query = urlencode(draw(_changes(names)), errors="surrogatepass") if draw(st.booleans()) else ""
    accept = draw(st.sampled_from(["text/html", "text/html", "application/json", "*/*", "\u00e9"]))
    if method != "POST":
        return Sent(method, query, b"", "", accept)
    kept = [pair for pair in known if draw(st.integers(0, 9)) > 0]
    pairs = [*kept, *draw(_changes([*names, *(name for name, _ in known)]))]
    body, content_type = draw(_bodies(pairs, names))
    return Sent(method, query, body, content_type, accept)


def _changes(names: Sequence[str]) -> st.SearchStrategy[list[Pair]]:
    chosen = st.one_of(st.sampled_from(sorted(set(names))), hostile_texts) if names else hostile_texts
    return st.lists(st.tuples(chosen, hostile_texts), max_size=4)


@st.composite
def _bodies(draw: st.DrawFn, pairs: Sequence[Pair], names: Sequence[str]) -> tuple[bytes, str]:
    how = draw(st.sampled_from(["form", "form", "form", "multipart", "json", "broken"]))
    if how == "form":
        return urlencode(list(pairs), errors="surrogatepass").encode(), "application/x-www-form-urlencoded"
    if how == "multipart":
        fields: dict[str, object] = {}
        for name, value in pairs:
            fields.setdefault(_encodable(name), []).append(_encodable(value))  # type: ignore[attr-defined]  # lists alone
        name = draw(st.sampled_from(["file", "files", "paper", *names]))
        upload = SimpleUploadedFile(
            _encodable(draw(st.sampled_from(FILE_NAMES))), draw(st.sampled_from(FILES)), "application/pdf"
        )
        return encode_multipart(BOUNDARY, {**fields, name: upload}), MULTIPART_CONTENT
    if how == "json":
        return draw(_json(pairs)), "application/json"
    return draw(st.one_of(st.binary(max_size=60), st.sampled_from([b"a=%ff&b=%", b"&&&=", b"--x\r\n"]))), draw(
        st.sampled_from(
            [
                "text/plain",
                "multipart/form-data",
                "multipart/form-data; boundary=x",
                "application/json",
                "application/x-www-form-urlencoded; charset=utf-7",
                "application/x-www-form-urlencoded; charset=x",
                "",
            ]
        )
    )


@st.composite
def _json(draw: st.DrawFn, pairs: Sequence[Pair]) -> bytes:
    whole = {
        "texts": dict(pairs),
        "versions": draw(st.sampled_from([{}, {"a": 1}, {"project.title": 10**30}, {"project.title": True}, 3, None, []])),
    }
    shape = draw(st.sampled_from([whole, dict(pairs), list(pairs), {"texts": 1}, None, 1e999, "x"]))
    text = draw(
        st.sampled_from(
            [
                _as_json(shape),
                _as_json(shape)[:-1],
                "[" * 20_000,
                '{"texts":{"project.title":"\\ud800"}}',
                '{"texts":{"project.title":"\\u0000"}}',
            ]
        )
    )
    return text.encode("utf-8", "surrogatepass")


def _as_json(content: object) -> str:
    return json.dumps(content, ensure_ascii=True)


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\r", "").replace("\n", "")


def send(session: str, path: str, sent: Sent) -> int:
    """The status of the answer. What fails in a page is raised here."""
    client = Client()
    if session:
        client.cookies[settings.SESSION_COOKIE_NAME] = session
    answer = client.generic(
        sent.method, path, sent.body, content_type=sent.content_type, headers={"accept": sent.accept}, QUERY_STRING=sent.query
    )
    if answer.streaming:
        b"".join(answer.streaming_content)  # to its end, where Django closes the file
    return answer.status_code
