"""How well the experts of the bank fit the cases of a round: what each side is known by, and the match that follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zhinan.assignment.fitness import Fit, FitWeights, Profile, Rarity, Subject, fit_all, fitness, rarity_of
from zhinan.server.models import Answer, Expert, RoundCase
from zhinan.values.disciplines import Discipline, WrongDiscipline, read_discipline

#: An expert for the books alone is not measured by the field of a project: this is their match, a default.
FOR_THE_BOOKS = 500_000
_BOOKS = frozenset({"finance", "management"})
_ANSWERS = ("project.title", "project.direction", "project.summary", "project.content")


@dataclass(frozen=True, slots=True)
class Fits:
    """What a match is worked out from: who, what, how much each part counts; by experts' codes and cases' numbers."""

    profiles: dict[str, Profile]
    subjects: dict[str, Subject]
    weights: FitWeights
    rarity: Rarity
    for_the_books: frozenset[str]

    def scores(self) -> dict[tuple[str, str], int]:
        """The match of every pair by (case, expert), 0 to 1,000,000."""
        found = fit_all(list(self.profiles.values()), list(self.subjects.values()), self.weights, self.rarity)
        return {pair: max(score, FOR_THE_BOOKS) if pair[1] in self.for_the_books else score for pair, score in found.items()}

    def explained(self, case: str, expert: str) -> Fit:
        """The match of one pair with its parts."""
        return fitness(self.profiles[expert], self.subjects[case], self.weights, self.rarity)


def fits_of(experts: Sequence[Expert], places: Sequence[RoundCase]) -> Fits:
    """What the match of these experts and cases follows from; one query."""
    subjects = {each.id: each for each in _subjects(places)}
    profiles = {each.code: profile_of(each) for each in experts}
    books = frozenset(each.code for each in experts if set(each.kinds) <= _BOOKS)
    rarity = rarity_of(profiles.values(), subjects.values())
    return Fits(profiles, subjects, weights_for(list(subjects.values())), rarity, books)


def weights_for(subjects: Sequence[Subject]) -> FitWeights:
    """The default weights; a part that no case says anything about counts nothing."""
    usual = FitWeights()
    said = {
        "discipline": any(each.disciplines for each in subjects), "direction": any(each.directions for each in subjects),
        "keyword": any(each.keywords for each in subjects),
    }  # fmt: skip
    return FitWeights(**{name: getattr(usual, name) if is_said else 0 for name, is_said in said.items()}, text=usual.text)


def profile_of(expert: Expert) -> Profile:
    """What an expert is known to know."""
    return Profile(
        id=expert.code, disciplines=tuple(filter(None, map(_discipline, expert.disciplines))),
        directions=tuple(expert.directions), keywords=tuple(expert.keywords),
        summary=" ".join((expert.summary, *expert.keywords)),
    )  # fmt: skip


def _discipline(code: str) -> Discipline | None:
    try:
        return read_discipline(code)
    except WrongDiscipline:
        return None


def _subjects(places: Sequence[RoundCase]) -> list[Subject]:
    said: dict[tuple[int, str], str] = {
        (row.application_id, row.key): row.text
        for row in Answer.objects.filter(application__in=[place.case_id for place in places], key__in=_ANSWERS)
    }
    return [_subject(place, {key: said.get((place.case_id, key), "").strip() for key in _ANSWERS}) for place in places]


def _subject(place: RoundCase, said: dict[str, str]) -> Subject:
    direction = said["project.direction"]
    return Subject(
        id=case_id(place.number), directions=(direction,) if direction else (), title=said["project.title"],
        summary="\n".join((said["project.summary"], said["project.content"])),
    )  # fmt: skip


def case_id(number: int) -> str:
    """A case as a draw calls it: by its number in the round, which tells nothing."""
    return f"{number:04d}"
