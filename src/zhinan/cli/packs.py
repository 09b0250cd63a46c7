"""`zhinan packs`: the shipped packs, their place and years, and how much of each document they carry."""

from __future__ import annotations

import click

from zhinan.cli import command as cli
from zhinan.policy.proof import Proof
from zhinan.values.regions import find_region
from zhinan.values.text import Lang, Text

_HEADS = (
    Text("政策包", "pack"), Text("名称", "title"), Text("地区", "region"), Text("年度", "year"), Text("有效期", "in force"),
    Text("事项", "schemes"), Text("条款", "clauses"),
)  # fmt: skip


@cli.command("packs")
@cli.option("--json", "as_json", is_flag=True, says=Text("输出 JSON", "print JSON"))
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> int:
    """List the shipped packs."""
    from zhinan.cli.terminal import Terminal
    from zhinan.policy.load import read_pack, shipped_packs
    from zhinan.policy.proof import prove
    from zhinan.policy.vocabulary import base_vocabulary

    terminal = Terminal(cli.lang_of(ctx))
    proofs = [prove(read_pack(folder, base_vocabulary())) for folder in shipped_packs().values()]
    if as_json:
        click.echo(_json(proofs, terminal.lang))
        return 0
    terminal.table([terminal.say(head) for head in _HEADS], [_row(proof, terminal.lang) for proof in proofs], right=(5, 6))
    for proof in proofs:
        if proof.problems:
            terminal.note(Text(
                f"{proof.pack.id} 有 {len(proof.problems)} 个问题；详见 zhinan check {proof.pack.id}",
                f"{proof.pack.id} has {len(proof.problems)} problems; see zhinan check {proof.pack.id}",
            ))  # fmt: skip
    return 0


def accounted(proof: Proof) -> int:
    """The clauses that something carries or that are said to be informational."""
    return min(proof.carried + proof.informational, proof.clauses)


def region_of(proof: Proof, lang: Lang) -> str:
    """The place a pack is for: its name in Chinese, its code in English, for which there is no table of names."""
    region = find_region(proof.pack.region) if proof.pack.region else None
    return proof.pack.region if region is None or lang == "en" else region.name


def _row(proof: Proof, lang: Lang) -> list[str]:
    pack = proof.pack
    begin, end = pack.in_force
    return [
        pack.id, pack.title.in_lang(lang), region_of(proof, lang), str(pack.year), f"{begin}\n{end}",
        str(len(pack.schemes)), f"{accounted(proof)}/{proof.clauses}",
    ]  # fmt: skip


def _json(proofs: list[Proof], lang: Lang) -> bytes:
    import orjson

    return orjson.dumps({
        "packs": [
            {
                "id": proof.pack.id, "title": proof.pack.title.in_lang(lang), "issuer": proof.pack.issuer.in_lang(lang),
                "region": proof.pack.region, "year": proof.pack.year,
                "in_force": {"from": proof.pack.in_force[0].isoformat(), "to": proof.pack.in_force[1].isoformat()},
                "schemes": [
                    {
                        "id": scheme.id, "code": scheme.code, "name": scheme.name.in_lang(lang), "clause": scheme.clause,
                        "kind": scheme.kind,
                    }
                    for scheme in proof.pack.schemes
                ],
                "clauses": {"total": proof.clauses, "carried": proof.carried, "informational": proof.informational},
                "digest": proof.pack.digest, "problems": len(proof.problems),
            }
            for proof in proofs
        ]
    })  # fmt: skip
