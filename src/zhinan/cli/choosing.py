"""What several commands are told alike: which packs, on which day, in which reading. Wrong words are answered with near ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from zhinan.cli.terminal import Terminal
from zhinan.policy import mistakes
from zhinan.policy.assess import LINE_FACT, Assessor
from zhinan.policy.load import Heading, find_pack, heading_of, load_pack, shipped_packs
from zhinan.policy.model import Pack
from zhinan.policy.nearest import near
from zhinan.policy.schemes import DIRECTION_FACT
from zhinan.policy.subject import Subject
from zhinan.policy.vocabulary import Vocabulary, base_vocabulary
from zhinan.values.dates import read_day
from zhinan.values.problem import BadInput, Mistake, Problem
from zhinan.values.text import Text

_BAD_READING = Mistake(
    "bad-reading", Text("“{text}”不是一个解读的选择", "“{text}” does not choose a reading"),
    Text("写作 AMB-05=exclusive", "write AMB-05=exclusive"),
)  # fmt: skip
_NO_PACK = Mistake(
    "no-usable-pack", Text("没有可用的政策包", "there is no pack to use"),
    Text("用 zhinan check 看看问题在哪里", "see what is wrong with zhinan check"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """The packs to use, the day, the schemes and the readings that were asked for."""

    vocabulary: Vocabulary
    packs: tuple[Pack, ...]
    on: date
    schemes: tuple[str, ...]
    readings: dict[str, str]

    def assessor(self) -> Assessor:
        """Everything compiled."""
        return Assessor(self.packs, readings=self.readings, schemes=self.schemes)


def choose(
    terminal: Terminal, *, packs: Sequence[str], schemes: Sequence[str] = (), on: str = "", readings: Sequence[str] = (),
    region: str = "", problems: Iterable[Problem] = (),
) -> Choice:  # fmt: skip
    """What was asked for; `region` is where the applicant is registered.

    Raises `BadInput` with every problem, those of the caller first.
    """
    found = list(problems)
    day = _day(on, found)
    vocabulary = base_vocabulary()
    chosen = _named_packs(packs, vocabulary, found) if packs else _packs_that_concern(terminal, vocabulary, day, region)
    if not chosen and not found:
        found.append(_NO_PACK.at())
    if chosen:
        _check_schemes(schemes, chosen, found)
    picked = _readings(readings, chosen, found)
    if found:
        raise BadInput(found)
    return Choice(vocabulary, tuple(chosen), day, tuple(schemes), picked)


def region_of(subject: Subject) -> str:
    """Where the applicant is registered, as a code; nothing if that is not known."""
    return str(subject.facts.get("applicant.registered_in") or "")


def _day(text: str, problems: list[Problem]) -> date:
    if not text:
        return date.today()
    try:
        return read_day(text)
    except ValueError:
        problems.append(mistakes.BAD_DATE.at(day=text).placed(file="--on", line=0))
        return date.today()


def _named_packs(names: Sequence[str], vocabulary: Vocabulary, problems: list[Problem]) -> list[Pack]:
    found = []
    for name in dict.fromkeys(names):
        try:
            found.append(load_pack(name, vocabulary, cases=False))
        except BadInput as bad:
            problems += [problem.placed(file="--pack", line=0) for problem in bad.problems]
    return found


def _packs_that_concern(terminal: Terminal, vocabulary: Vocabulary, day: date, region: str) -> list[Pack]:
    """The shipped packs in force on the day for a unit of that region; wider choices where there is none, and a word of it."""
    every = shipped_packs()
    headings = {id: heading_of(folder, vocabulary) for id, folder in every.items()}
    in_force = {id for id, heading in headings.items() if heading is None or heading.concerns(on=day)}
    wanted = [id for id in every if id in in_force and _is_for(headings[id], day, region)]
    if not in_force:
        wanted = list(every)
        terminal.note(Text(
            f"{day} 没有在有效期内的政策包，以下按全部 {len(every)} 个政策包评估",
            f"no pack is in force on {day}; all {len(every)} are used",
        ))  # fmt: skip
    elif not wanted:
        terminal.note(Text(
            f"{day} 没有适用于申报单位注册地的政策包；要看其他地区的，用 --pack 指定",
            f"no pack in force on {day} is for the region of the applicant; name one of another region with --pack",
        ))  # fmt: skip
    usable = []
    for id in wanted:
        try:
            usable.append(load_pack(id, vocabulary, cases=False))
        except BadInput as bad:
            terminal.note(Text(
                f"政策包 {id} 有 {len(bad.problems)} 个问题，这次没有用；详见 zhinan check {id}",
                f"the pack {id} has {len(bad.problems)} problems and was left out; see zhinan check {id}",
            ))  # fmt: skip
    return usable


def _is_for(heading: Heading | None, day: date, region: str) -> bool:
    """A pack whose heading is wrong is taken, so that it tells what is wrong."""
    return heading is None or heading.concerns(on=day, region=region)


def _check_schemes(schemes: Sequence[str], packs: Sequence[Pack], problems: list[Problem]) -> None:
    known = [scheme.id for pack in packs for scheme in pack.schemes]
    wrong = [mistakes.UNKNOWN_SCHEME.at(word=id, hint=near(id, known)) for id in schemes if id not in known]
    problems += [problem.placed(file="--scheme", line=0) for problem in wrong]


def _readings(texts: Sequence[str], packs: Sequence[Pack], problems: list[Problem]) -> dict[str, str]:
    known = {name: reading for pack in packs for name, reading in pack.readings.items()}
    chosen = {}
    for text in texts:
        name, sign, alternative = (part.strip() for part in text.partition("="))
        if not sign or not name or not alternative:
            problems.append(_BAD_READING.at(text=text).placed(file="--reading", line=0))
        elif not packs:
            continue
        elif name not in known:
            wrong = mistakes.UNKNOWN_READING.at(word=name, hint=near(name, known))
            problems.append(wrong.placed(file="--reading", line=0))
        elif alternative not in known[name].alternatives:
            choices = ", ".join(known[name].alternatives)
            wrong = mistakes.NOT_ONE_OF.at(word=alternative, choices=choices)
            problems.append(wrong.placed(file=f"--reading {name}", line=0))
        else:
            chosen[name] = alternative
    return chosen


def note_strange_places(terminal: Terminal, choice: Choice, subject: Subject) -> None:
    """Tell of a direction or a line that none of the packs has: the vocabulary cannot know them, so the reader did not."""
    nodes = [node.id for pack in choice.packs for root in pack.directions for node in root.walk()]
    chosen = str(subject.facts.get(DIRECTION_FACT, ""))
    if chosen and nodes and chosen not in nodes:
        hint = near(chosen, nodes)
        terminal.note(Text(
            f"项目.支持方向“{chosen}”不在所用政策包的方向里，按不属于任何方向处理。{hint.zh}",
            f"the direction “{chosen}” is in none of the packs used, and counts as no direction of theirs. {hint.en}",
        ))  # fmt: skip
    branches = [(scheme, line) for pack in choice.packs for scheme in pack.schemes for line in scheme.branches]
    names = [name for _, line in branches for name in (line.id, line.name.zh, line.name.en)]
    names += [f"{scheme.id}/{line.id}" for scheme, line in branches]
    wanted = str(subject.facts.get(LINE_FACT, ""))
    if wanted and wanted not in names:
        hint = near(wanted, names)
        terminal.note(Text(
            f"申报.子项“{wanted}”不是所用政策包的子项，按没有选择处理。{hint.zh}",
            f"the line “{wanted}” is in none of the packs used, and counts as not chosen. {hint.en}",
        ))  # fmt: skip


def folders_named(names: Sequence[str]) -> list[Path]:
    """The folders of packs meant by ids and directories; a directory of packs stands for each of them.

    Raises `BadInput` with every name that means nothing.
    """
    folders: list[Path] = []
    problems: list[Problem] = []
    for name in names:
        inside = sorted(path.parent for path in Path(name).glob("*/pack.yaml")) if Path(name).is_dir() else []
        try:
            folders += inside if inside and not (Path(name) / "pack.yaml").is_file() else [find_pack(name)]
        except BadInput as bad:
            problems += bad.problems
    if problems:
        raise BadInput(problems)
    return folders
