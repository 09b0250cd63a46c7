"""What an officer lets the experts of a blind round read: papers as copies without metadata, and more words to be masked."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime

from zhinan.server import keeping
from zhinan.server.actions.record import record, whole
from zhinan.server.hashing import Json
from zhinan.server.models import Attachment, Blindness, Release, Round, RoundCase, RoundStatus, User
from zhinan.server.paper.neutral import neutral
from zhinan.server.queries.blind import handed_in, papers_handed_in
from zhinan.server.queries.releasing import place_of
from zhinan.server.queries.review_access import RUN, round_for
from zhinan.server.queries.rows_told import key_of
from zhinan.server.refused import Refused
from zhinan.values.problem import BadInput, Mistake, Problem
from zhinan.values.text import Text

_NOT_BLIND = Mistake(
    "release-not-blind",
    Text("这一轮不隐去申报人，专家能看到全部材料", "experts of this round see who applies, and every paper"),
    Text("不用放行", "nothing is to be released"),
)  # fmt: skip
_OVER = Mistake(
    "release-over", Text("评审已经结束，不能再改", "the review is over: this cannot be changed"),
    Text("不用办理", "there is nothing to do"),
)  # fmt: skip
_NO_SUCH_PAPER = Mistake(
    "release-no-such-paper", Text("选中的材料不在已提交的材料里", "a paper that was ticked is not among those handed in"),
    Text("刷新页面后再选", "reload the page and choose again"),
)  # fmt: skip
_GONE = Mistake(
    "release-file-gone", Text("“{name}”的文件不见了", "the file of “{name}” is gone"),
    Text("请平台管理员核验数据", "have the keeper of the platform verify the data"),
)  # fmt: skip
_WORD = Mistake(
    "hidden-word-wrong",
    Text("“{word}”不能作为要隐去的词：须是 2 到 {most} 个字", "“{word}” cannot be masked: 2 to {most} characters"),
    Text("一行写一个词", "one word on each line"),
)  # fmt: skip
_TOO_MANY = Mistake(
    "hidden-words-too-many",
    Text("最多 {most} 个词", "{most} words at most"),
    Text("删去不必要的", "leave out what is not needed"),
)
_MOST_WORDS, _LONGEST_WORD = 50, 60


def release(code: str, number: int, papers: Collection[int], *, by: User, at: datetime) -> tuple[Release, ...]:
    """Let the experts of a case read exactly these of its papers (ids); one that was released keeps its number.

    The copies are made before the transaction begins. Raises `NotSeen`, `Refused`, `BadInput` with every paper that cannot be.
    """
    place = place_of(_to_run(code, by), number)
    offered = {row.id: row for row, _ in papers_handed_in(handed_in([place])[place.id])}
    if not set(papers) <= offered.keys():
        raise Refused(_NO_SUCH_PAPER.at())
    there = set(Release.objects.filter(round_case=place).values_list("attachment_id", flat=True))
    copies: dict[int, tuple[str, int]] = {}
    problems: list[Problem] = []
    for id in sorted(set(papers) - there):
        try:
            copies[id] = _copy(offered[id])
        except BadInput as bad:
            problems += [each.placed(file=offered[id].name, line=0) for each in bad.problems]
    if problems:
        raise BadInput(problems)
    return _put(code, number, frozenset(papers), copies, by=by, at=at)


def _copy(paper: Attachment) -> tuple[str, int]:
    """Keep a copy without metadata: its SHA-256 and size."""
    path = keeping.path_of(paper.sha256)
    if not path.is_file():
        raise Refused(_GONE.at(name=paper.name))
    content = neutral(paper.kind, path.read_bytes())
    digest = hashlib.sha256(content).hexdigest()
    keeping.keep(content, digest)
    return digest, len(content)


@whole()
def _put(
    code: str, number: int, papers: Collection[int], copies: dict[int, tuple[str, int]], *, by: User, at: datetime
) -> tuple[Release, ...]:
    round = _to_run(code, by, lock=True)
    place = place_of(round, number)
    there = {row.attachment_id: row for row in Release.objects.filter(round_case=place)}
    gone = [row for id, row in there.items() if id not in papers]
    keys = [key_of(row) for row in gone]
    for row in gone:
        row.delete()
    highest = max([row.number for row in there.values()], default=0)
    fresh = [id for id in sorted(papers) if id not in there and id in copies]
    made = [
        Release.objects.create(
            round_case=place, attachment_id=id, number=highest + at_, sha256=copies[id][0], size=copies[id][1], at=at, by=by
        )
        for at_, id in enumerate(fresh, start=1)
    ]
    if made or gone:
        told: Json = {"released": [row.number for row in made], "taken_back": sorted(row.number for row in gone)}
        _record("release-papers", place, told, by=by, at=at, rows=made, gone=keys)
    return tuple(Release.objects.filter(round_case=place).order_by("number"))


@whole()
def hide(code: str, number: int, words: Sequence[str], *, by: User, at: datetime) -> RoundCase:
    """Mask these words too, wherever they stand in what the experts of a case read. Raises `NotSeen`, `Refused`."""
    round = _to_run(code, by, lock=True)
    place = place_of(round, number)
    wanted = list(dict.fromkeys(word.strip() for word in words if word.strip()))
    problems = [_WORD.at(word=word[:_LONGEST_WORD], most=_LONGEST_WORD) for word in wanted if not 1 < len(word) <= _LONGEST_WORD]
    if len(wanted) > _MOST_WORDS:
        problems.append(_TOO_MANY.at(most=_MOST_WORDS))
    if problems:
        raise Refused(*problems)
    place.hidden = wanted
    place.save(update_fields=["hidden"])
    _record("hide-words", place, {"words": len(wanted)}, by=by, at=at, rows=(place,))
    return place


def _to_run(code: str, by: User, *, lock: bool = False) -> Round:
    round = round_for(by, code, to=RUN, lock=lock)
    if round.blindness != Blindness.DOUBLE:
        raise Refused(_NOT_BLIND.at())
    if round.status in (RoundStatus.RANKED, RoundStatus.DECIDED, RoundStatus.CANCELLED):
        raise Refused(_OVER.at())
    return round


def _record(  # an event of a case in a round with what it tells, its moment and its rows
    action: str, place: RoundCase, told: Json, *, by: User, at: datetime, rows: Sequence[Release | RoundCase] = (),
    gone: Sequence[str] = (),
) -> None:  # fmt: skip
    round = place.round
    payload: Json = {"round": round.code, "call": round.call.code, "number": place.number, **told}
    record(action, actor=by, at=at, payload=payload, rows=rows, gone=gone)
