"""Anyone's check of a published draw, without a solver: every hash, every chance, and the draw itself once more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hmac import compare_digest

from zhinan.assignment.audit import unfair_chances, violations
from zhinan.assignment.lottery import Commitment, Drawn, commit, draw, sealed, seed_of
from zhinan.assignment.plan import Short
from zhinan.assignment.problem import Instance, Json
from zhinan.values.problem import BadInput
from zhinan.values.text import Text

#: What a published draw is made of.
PARTS = ("instance", "commitment", "sealed", "openings", "seed", "drawn")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be: its stable code, and in words."""

    code: str
    text: Text


def bundle(instance: Instance, commitment: Commitment, openings: Sequence[str], drawn: Drawn) -> Json:
    """A draw as it is published for anyone to repeat."""
    return {
        "instance": instance.to_json(), "commitment": commitment.to_json(), "sealed": [sealed(nonce) for nonce in openings],
        "openings": list(openings), "seed": drawn.seed, "drawn": drawn.to_json(),
    }  # fmt: skip


def replay(bundle: Json, *, commit_hash: str = "", solve: bool = False) -> list[Finding]:
    """Everything in a published draw that does not follow from the rest; [] when the draw is exactly as it should be.

    `commit_hash` is the one that was made public before the nonces were opened: without it a bundle can only be
    consistent in itself. `solve=True` also makes the chances anew, which needs the solver.
    """
    try:
        _refuse_other_shapes(bundle)
        instance, commitment = Instance.from_json(bundle["instance"]), Commitment.from_json(bundle["commitment"])
        drawn = Drawn.from_json(bundle["drawn"])
    except BadInput as bad:
        return [Finding("unreadable", problem.message) for problem in bad.problems]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return [
            Finding(
                "unreadable", Text(f"文件不完整或格式不对：{error!r}", f"the file is incomplete or not of this format: {error!r}")
            )
        ]
    found = [*_hashes(bundle, instance, commitment, drawn, commit_hash), *_nonces(bundle, commitment)]
    found += [Finding("rules", violation.text) for violation in violations(instance, drawn.panels)]
    unfair = unfair_chances(instance, commitment.marginals, commitment.kinds, commitment.cap)
    found += [Finding("chances", violation.text) for violation in unfair]
    if commitment.input_hash == instance.input_hash() and not unfair:
        found += _drawn_again(bundle, instance, commitment)
    if solve:
        found += _solved_again(instance, commitment)
    return found


def _refuse_other_shapes(bundle: Json) -> None:
    for part in PARTS:
        wanted = {"sealed": list, "openings": list, "seed": str}.get(part, dict)
        if not isinstance(bundle[part], wanted):
            raise TypeError(part)
    if not all(isinstance(text, str) for text in (*bundle["sealed"], *bundle["openings"])):
        raise TypeError("openings")


def _hashes(bundle: Json, instance: Instance, commitment: Commitment, drawn: Drawn, published: str) -> Iterator[Finding]:
    if commitment.input_hash != instance.input_hash():
        yield Finding(
            "input",
            Text(
                "输入与承诺时不同（名册、匹配度、回避或规则被改动）",
                "the input is not the one committed to (roster, matches, bars or rules)",
            ),
        )
    if published and not compare_digest(published.strip().lower(), commitment.commit_hash):
        yield Finding("published", Text("承诺与事先公布的哈希不同", "the commitment is not the one whose hash was published"))
    if drawn.commit_hash != commitment.commit_hash:
        yield Finding("commitment", Text("结果不是按这份承诺抽出的", "the outcome was not drawn from this commitment"))
    if bundle["drawn"].get("result_hash") != drawn.result_hash:
        yield Finding("result-hash", Text("结果与它自己的哈希不符", "the outcome does not have the hash it states"))


def _nonces(bundle: Json, commitment: Commitment) -> Iterator[Finding]:
    hidden, opened = bundle["sealed"], bundle["openings"]
    if len(hidden) != len(opened) or not opened:
        yield Finding(
            "openings",
            Text(f"封存 {len(hidden)} 份，公开 {len(opened)} 份", f"{len(hidden)} nonces were sealed, {len(opened)} opened"),
        )
    for number, (hash, nonce) in enumerate(zip(hidden, opened, strict=False), 1):
        if sealed(nonce) != hash:
            yield Finding(
                "openings",
                Text(f"第 {number} 方公开的随机串与其封存的哈希不符", f"nonce {number} is not the one that was sealed"),
            )
    if bundle["seed"] != seed_of(commitment.commit_hash, opened) or bundle["drawn"].get("seed") != bundle["seed"]:
        yield Finding(
            "seed", Text("种子不是由承诺和各方随机串得出的", "the seed does not follow from the commitment and the nonces")
        )


def _drawn_again(bundle: Json, instance: Instance, commitment: Commitment) -> Iterator[Finding]:
    try:
        again = draw(instance, commitment, bundle["seed"]).to_json()
    except BadInput as bad:
        yield from (Finding("rules", problem.message) for problem in bad.problems)
        return
    was = bundle["drawn"]
    for part, zh, en in (("panels", "名单", "panel"), ("alternates", "候补次序", "alternates")):
        for case in sorted({*again[part], *was[part]}):
            if again[part].get(case) != was[part].get(case):
                yield Finding(part, Text(f"{case}：{zh}与重新抽取的不同", f"{case}: the {en} differs from the draw repeated"))
    for part in ("steps", "decided"):
        if again[part] != was[part]:
            yield Finding(part, Text("抽取过程的记录与重新抽取的不同", "the record of the steps differs from the draw repeated"))


def _solved_again(instance: Instance, commitment: Commitment) -> Iterator[Finding]:
    try:
        again = commit(instance, cap=commitment.cap, rule_version=commitment.rule_version, salt=commitment.salt)
    except (BadInput, Short) as error:
        yield Finding("chances", Text(f"按规则得不出任何概率：{error}", f"the rules give no chances at all: {error}"))
        return
    differ = _pairs_that_differ(again.marginals, commitment.marginals)
    if differ or again.splits != commitment.splits:
        yield Finding(
            "chances", Text(f"有 {differ} 对的概率与按规则算出的不同", f"{differ} chances differ from those the rules give")
        )


def _pairs_that_differ(one: Mapping[tuple[str, str], int], other: Mapping[tuple[str, str], int]) -> int:
    return sum(one.get(pair) != other.get(pair) for pair in {*one, *other})
