"""Panel meetings: called, discussed by label, voted on in secret, closed with minutes; and what is refused on the way."""

from __future__ import annotations

import io

import pytest
from docx import Document
from pypdf import PdfReader
from pytest_django import Settings

from tests.server.review import Review
from zhinan.server.actions import meetings, scoring
from zhinan.server.models import Ballot, Event, Meeting, Message, Remark, Round, Seat, User
from zhinan.server.paper.minutes import draft_text, minutes_docx, minutes_pdf
from zhinan.server.queries.chain import verify
from zhinan.server.queries.meetings import minutes_of, panel_of, run_of
from zhinan.server.queries.results import votes_of
from zhinan.server.refused import NotSeen, Refused
from zhinan.server.web.meetings import _minutes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: object) -> None:
    settings.MEDIA_ROOT = tmp_path


class Met:
    """A round whose scoring is closed, a meeting called on its first case, everyone of its panel present."""

    def __init__(self) -> None:
        self.r = Review(cases=2, experts=8)
        self.round: Round = self.r.closed()
        self.at = self.r.later(days=12)
        self.panel = [seat for seat in self.r.seats(self.round) if seat.round_case.number == 1]
        self.code = self.round.code
        meetings.call_meeting(self.code, [1], held_at=self.at, place="一楼会议室", by=self.r.officer, at=self.at)
        meetings.attend(self.code, [seat.expert.code for seat in self.panel], by=self.r.officer, at=self.at)

    def open(self) -> Met:
        meetings.open_discussion(self.code, by=self.r.officer, at=self.at)
        return self

    def ballot(self, *choices: str) -> None:
        """Hold a ballot on case 1: what each of the panel votes, nothing for whoever does not."""
        meetings.open_ballot(self.code, 1, by=self.r.officer, at=self.at)
        for seat, choice in zip(self.panel, choices, strict=False):
            if choice:
                meetings.vote(self.code, 1, choice, by=of(seat), at=self.at)
        meetings.close_ballot(self.code, 1, by=self.r.officer, at=self.at)

    @property
    def meeting(self) -> Meeting:
        return Meeting.objects.get(round=self.round)


def of(seat: Seat) -> User:
    assert seat.expert.user is not None
    return seat.expert.user


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


@pytest.fixture
def met() -> Met:
    return Met()


def test_a_meeting_from_the_call_to_its_minutes(met: Met) -> None:
    met.open()
    meetings.say(met.code, 1, "指标偏低\0。", by=of(met.panel[0]), at=met.at)
    met.ballot("support", "support", "oppose")
    meetings.close_meeting(met.code, "讨论了指标。", by=met.r.officer, at=met.at)

    (told,) = met.meeting.results["1"]["told"]
    assert (told["passed"], told["counts"]) == (True, {"support": 2, "oppose": 1, "abstain": 0, "unvoted": 0})
    assert "通过" in votes_of(met.round)[1].zh
    assert Remark.objects.get().text == "指标偏低。"
    assert (met.meeting.minutes, met.meeting.closed_at) == ("讨论了指标。", met.at)
    assert verify().faults == ()
    asked = {seat.expert.user for seat in met.panel}
    assert {message.to for message in Message.objects.filter(kind="meeting")} == asked


def test_a_vote_may_be_changed_until_the_ballot_is_closed_and_nobody_sees_it_before(met: Met) -> None:
    met.open()
    meetings.open_ballot(met.code, 1, by=met.r.officer, at=met.at)
    first = meetings.vote(met.code, 1, "oppose", by=of(met.panel[0]), at=met.at)
    then = meetings.vote(met.code, 1, "support", by=of(met.panel[0]), at=met.at)
    (item,) = [item for item in run_of(met.r.officer, met.code).items if item.on_agenda]

    assert (first.id, Ballot.objects.get().choice) == (then.id, "support")
    assert (item.voted, item.voting.told, item.voting.is_open) == (1, (), True)
    mine, other = (panel_of(of(seat), met.code).items[0] for seat in met.panel[:2])
    assert (mine.choice, other.choice) == ("support", "")
    meetings.close_ballot(met.code, 1, by=met.r.officer, at=met.at)
    with pytest.raises(Refused) as no:
        meetings.vote(met.code, 1, "oppose", by=of(met.panel[0]), at=met.at)
    assert codes(no) == ["meeting-no-ballot"]
    assert verify().faults == ()


def test_no_event_says_what_anyone_voted(met: Met) -> None:
    met.open().ballot("support", "oppose", "abstain")

    bodies = [event.body for event in Event.objects.filter(action="vote")]
    assert len(bodies) == len(met.panel)
    assert [word for body in bodies for word in ("support", "oppose", "abstain") if word in body] == []


def test_an_even_vote_is_held_again_and_a_clear_one_is_not(met: Met) -> None:
    met.open().ballot("support", "oppose", "abstain")
    met.ballot("support", "support", "abstain")

    assert [told["passed"] for told in met.meeting.results["1"]["told"]] == [False, True]
    assert (met.meeting.ballot, Ballot.objects.count()) == (2, 6)
    with pytest.raises(Refused) as no:
        meetings.open_ballot(met.code, 1, by=met.r.officer, at=met.at)
    assert codes(no) == ["meeting-no-second-ballot"]


def test_without_a_quorum_a_ballot_is_void_and_may_be_held_again(met: Met) -> None:
    meetings.attend(met.code, [met.panel[0].expert.code], by=met.r.officer, at=met.at)
    met.open()
    meetings.open_ballot(met.code, 1, by=met.r.officer, at=met.at)
    with pytest.raises(Refused) as no:
        meetings.vote(met.code, 1, "support", by=of(met.panel[1]), at=met.at)
    assert codes(no) == ["meeting-not-present"]
    meetings.vote(met.code, 1, "support", by=of(met.panel[0]), at=met.at)
    meetings.close_ballot(met.code, 1, by=met.r.officer, at=met.at)

    (told,) = met.meeting.results["1"]["told"]
    assert (told["passed"], told["is_quorate"]) == (False, False)
    meetings.attend(met.code, [seat.expert.code for seat in met.panel], by=met.r.officer, at=met.at)
    met.ballot("support", "support", "support")
    assert met.meeting.results["1"]["told"][-1]["passed"]


def test_others_are_read_by_label_only_while_the_discussion_is_open(met: Met) -> None:
    (before,) = panel_of(of(met.panel[0]), met.code).items
    (during,) = panel_of(of(met.open().panel[0]), met.code).items
    meetings.close_meeting(met.code, "完", by=met.r.officer, at=met.at)
    (after,) = panel_of(of(met.panel[0]), met.code).items

    assert [len(item.others) for item in (before, during, after)] == [0, 2, 0]
    assert [each.label for each in during.others] == [seat.label for seat in met.panel[1:]]
    assert before.own is not None
    assert before.own.label == met.panel[0].label


def test_whoever_scores_again_does_not_read_the_others_second_pass(met: Met) -> None:
    met.open()
    scoring.ask_again(met.code, [1], "分差较大", by=met.r.officer, at=met.at)
    for seat in met.panel[1:]:
        met.r.hand_in(seat, 10, at=met.at)

    (item,) = panel_of(of(met.panel[0]), met.code).items
    assert item.is_asked_again
    assert {each.pass_number for each in item.others} == {1}
    met.r.hand_in(met.panel[0], 20, at=met.at)
    (item,) = panel_of(of(met.panel[0]), met.code).items
    assert {each.pass_number for each in item.others} == {2}
    assert verify().faults == ()


def test_nobody_else_sits_in_and_an_expert_sees_only_their_cases(met: Met) -> None:
    met.open()
    panel = {seat.expert_id for seat in met.panel}
    others = [seat for seat in met.r.seats(met.round) if seat.expert_id not in panel]

    for user in (*(of(seat) for seat in others[:1]), met.r.officer, met.r.leaders[0], met.r.auditor):
        with pytest.raises(NotSeen):
            panel_of(user, met.code)
        with pytest.raises(NotSeen):
            meetings.vote(met.code, 1, "support", by=user, at=met.at)
        with pytest.raises(NotSeen):
            meetings.say(met.code, 1, "好", by=user, at=met.at)
    with pytest.raises(NotSeen):
        meetings.say(met.code, 2, "不在议程", by=of(met.panel[0]), at=met.at)
    assert [item.seat.round_case.number for item in panel_of(of(met.panel[0]), met.code).items] == [1]


def test_steps_out_of_turn_are_refused(met: Met) -> None:
    by, at = met.r.officer, met.at
    for step, code in (
        (lambda: meetings.open_ballot(met.code, 1, by=by, at=at), "meeting-not-open"),
        (lambda: meetings.close_ballot(met.code, 1, by=by, at=at), "meeting-not-open"),
        (lambda: meetings.say(met.code, 1, "早", by=of(met.panel[0]), at=at), "meeting-not-open"),
        (lambda: meetings.close_meeting(met.code, "  ", by=by, at=at), "meeting-no-minutes"),
        (lambda: meetings.attend(met.code, ["zj-999"], by=by, at=at), "meeting-stranger"),
        (lambda: meetings.call_meeting(met.code, [], held_at=at, place="", by=by, at=at), "meeting-no-agenda"),
        (lambda: meetings.call_meeting(met.code, [7], held_at=at, place="", by=by, at=at), "meeting-no-agenda"),
        (lambda: meetings.open_discussion(met.code, by=met.r.auditor, at=at), "not-in-charge"),
    ):
        with pytest.raises(Refused) as no:
            step()
        assert codes(no) == [code]
    met.open()
    meetings.open_ballot(met.code, 1, by=by, at=at)
    meetings.open_ballot(met.code, 1, by=by, at=at)  # a second click
    for step in (
        lambda: meetings.attend(met.code, [], by=by, at=at), lambda: meetings.close_meeting(met.code, "完", by=by, at=at),
    ):  # fmt: skip
        with pytest.raises(Refused) as no:
            step()
        assert codes(no) == ["meeting-ballot-open"]
    for choice, code in (("", "meeting-no-choice"), ("yes", "meeting-no-choice")):
        with pytest.raises(Refused) as no:
            meetings.vote(met.code, 1, choice, by=of(met.panel[0]), at=at)
        assert codes(no) == [code]
    with pytest.raises(Refused) as no:
        meetings.call_meeting(met.code, [2], held_at=at, place="", by=by, at=at)
    assert codes(no) == ["meeting-case-voted-on"]


def test_there_is_no_meeting_before_the_scoring_is_closed() -> None:
    r = Review(cases=2, experts=8)
    round = r.taken()

    with pytest.raises(Refused) as no:
        meetings.call_meeting(round.code, [1], held_at=r.at, place="", by=r.officer, at=r.at)

    assert codes(no) == ["meeting-not-now"]


def test_minutes_name_nobody_and_say_how_many(met: Met) -> None:
    met.open().ballot("support", "support", "oppose")
    draft = _minutes(minutes_of(met.r.officer, met.code, 1))
    meetings.close_meeting(met.code, draft_text(draft), by=met.r.officer, at=met.at)
    made = _minutes(minutes_of(met.r.auditor, met.code, 1))

    pdf = "".join(page.extract_text() for page in PdfReader(io.BytesIO(minutes_pdf(made))).pages)
    file = Document(io.BytesIO(minutes_docx(made)))
    word = "\n".join(
        [each.text for each in file.paragraphs] + [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    )
    for text in ("".join(pdf.split()), "".join(word.split())):
        assert [part in text for part in ("应到3人，到会3人", "一楼会议室", met.panel[0].round_case.case.code, "通过")] == [
            True
        ] * 4
        assert [seat for seat in met.panel if seat.expert.name in text or seat.expert.code in text] == []
    assert minutes_pdf(made) == minutes_pdf(made)
    with pytest.raises(NotSeen):
        minutes_of(of(met.panel[0]), met.code, 1)
    with pytest.raises(NotSeen):
        minutes_of(met.r.officer, met.code, 9)
