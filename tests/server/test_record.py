"""The record only grows: in the transaction that did it, one event after the other, and nothing is ever changed in it."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction

from tests.server.making import NOON, Yinchuan, person
from tests.server.tampering import tamper
from zhinan.server.actions.record import record, whole
from zhinan.server.models import ChainHead, Event
from zhinan.server.queries.chain import Verified, verify
from zhinan.server.refused import Refused

WHO = "writer"


@pytest.fixture(autouse=True)
def cheap_passwords(settings) -> None:
    """Nobody signs in here: a slow hash guards nothing."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.mark.django_db
def test_an_event_says_who_did_what_when_and_hangs_on_the_one_before():
    writer = person(WHO)
    first = record("invite", actor=writer, at=NOON, payload={"role": "officer"})
    second = record("end-post", actor=None, at=NOON)
    assert json.loads(first.body) == {
        "sequence": first.sequence, "at": "2026-03-02T12:00:00+08:00", "actor": WHO, "actor_name": "人员writer", "action": "invite",
        "case": "", "case_sequence": None, "payload": {"role": "officer"},
    }  # fmt: skip
    assert (second.sequence, second.previous, second.actor) == (first.sequence + 1, first.hash, None)
    assert ChainHead.objects.values_list("sequence", "hash").get() == (second.sequence, second.hash)


@pytest.mark.django_db
def test_the_events_of_a_case_hang_on_each_other_too():
    world = Yinchuan()
    case = world.draft()
    between = record("invite", actor=None, at=NOON)
    last = record("hand-over", actor=world.leader, at=NOON, case=case)
    first = Event.objects.get(case=case, case_sequence=1)
    assert (last.case_sequence, last.case_previous, last.previous) == (2, first.hash, between.hash)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql", ["UPDATE zhinan_event SET action = 'x'", "DELETE FROM zhinan_event", "UPDATE zhinan_event SET at = at"]
)
def test_the_database_refuses_to_change_or_delete_an_event(sql):
    record("invite", actor=None, at=NOON)
    with pytest.raises(DatabaseError, match="events are only added"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert [event.action for event in Event.objects.all()] == ["invite"]


@pytest.mark.django_db
def test_an_action_that_fails_leaves_no_event():
    @whole()
    def half_done() -> None:
        record("invite", actor=None, at=NOON)
        raise Refused

    with pytest.raises(Refused):
        half_done()
    assert (Event.objects.count(), verify().faults) == (0, ())


@pytest.mark.django_db(transaction=True)
def test_nothing_is_recorded_outside_a_transaction():
    with pytest.raises(Refused) as refused:
        record("invite", actor=None, at=NOON)
    assert refused.value.problem.message.zh == "这一步没有记录下来，因此没有执行"
    assert verify() == Verified(0, 0, 0, "", ())


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time, and its flush would delete events")
def test_writers_at_the_same_time_do_not_fork_the_chain():
    def write(number: int) -> None:
        try:
            for turn in range(25):
                with transaction.atomic():
                    record("invite", actor=None, at=NOON, payload={"writer": number, "turn": turn})
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as writers:
        list(writers.map(write, range(6)))
    now = verify()
    assert (now.events, now.faults) == (150, ())


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time, and its flush would delete events")
def test_the_chain_is_looked_at_as_of_one_moment_while_others_write():
    def write(stop: list[bool]) -> None:
        try:
            while not stop:
                with transaction.atomic():
                    record("invite", actor=None, at=NOON)
        finally:
            connections.close_all()

    stop: list[bool] = []
    with ThreadPoolExecutor(1) as writers:
        writing = writers.submit(write, stop)
        try:
            faults = [verify().faults for _ in range(30)]
        finally:
            stop.append(True)
        writing.result()
    assert faults == [()] * 30


# -- the command -------------------------------------------------------------------------------------


def verified(capsys, *args: str) -> tuple[int, list[str]]:
    """How `zhinan manage verify` ended, and what it said."""
    try:
        call_command("verify", *args)
        code = 0
    except SystemExit as ended:
        code = int(ended.code or 0)
    return code, capsys.readouterr().out.splitlines()


@pytest.mark.django_db
def test_the_command_says_what_it_looked_at(capsys):
    Yinchuan().draft()
    head = ChainHead.objects.get().hash
    assert verified(capsys) == (0, ["事件 4，办件 1，提交 0", f"最后事件的哈希 {head}", "全部相符。"])
    assert verified(capsys, "--lang", "en") == (
        0,
        ["4 events, 1 cases, 0 submissions", f"hash of the last event: {head}", "All is as recorded."],
    )


@pytest.mark.django_db
def test_the_command_names_every_fault_and_ends_with_one(capsys):
    case = Yinchuan().draft()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE zhinan_application SET stage = 'accepted'")
        cursor.execute("UPDATE zhinan_call SET budget = 1")
    code, said = verified(capsys)
    assert (code, said[2:]) == (1, [
        "发现 2 处不符：", f"  {case.code}  环节记为“accepted”，按事件应为“draft”", "  yc-2026  批次的“budget”与事件不符",
    ])  # fmt: skip


@pytest.mark.django_db
def test_an_anchor_kept_elsewhere_finds_a_record_that_was_cut_off_or_replaced(capsys, tmp_path):
    file = tmp_path / "anchors.txt"
    for turn in range(2):
        record("invite", actor=None, at=NOON, payload={"turn": turn})
        assert verified(capsys, "--anchor", str(file))[0] == 0
    assert verified(capsys, "--anchor", str(file))[1][-1] == f"锚点已写入 {file}，请存放在别处。"
    assert [line.split()[:2] for line in file.read_text().splitlines()] == [
        [str(each.sequence), each.hash] for each in Event.objects.all()
    ]
    noted, first = file.read_text(), Event.objects.get(sequence=1)
    tamper("DELETE FROM zhinan_event WHERE sequence = 2")
    tamper("UPDATE zhinan_chainhead SET sequence = 1, hash = %s", first.hash)
    assert verify().faults == ()
    code, said = verified(capsys, "--anchor", str(file))
    assert (code, said[2:]) == (
        1,
        ["发现 1 处不符：", "  #2  与锚点不符：此前的记录被替换或截断", "有不符之处，没有写入新的锚点。"],
    )
    assert file.read_text() == noted


@pytest.mark.django_db
@pytest.mark.parametrize("line", ["x", "1", "-1 abc", "², abc", "9" * 30 + " abc"])
def test_a_file_that_is_no_anchor_is_refused(tmp_path, line):
    file = tmp_path / "anchors.txt"
    file.write_text(f"1 abc\n{line}\n")
    with pytest.raises(CommandError, match="锚点文件读不懂：第 2 行"):
        call_command("verify", "--anchor", str(file))
    with pytest.raises(CommandError, match="cannot be used: Is a directory"):
        call_command("verify", "--anchor", str(tmp_path), "--lang", "en")
