"""How a change is told: sentences for what was added, dropped or altered, and the figures in which two expressions differ."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from fractions import Fraction
from typing import TypeAlias, get_args

from zhinan.language import tree
from zhinan.language.explain import show_value
from zhinan.language.tree import Typed, Value
from zhinan.language.types import Type
from zhinan.values.text import Text

Figures: TypeAlias = list[tuple[Typed | None, tree.Constant, tree.Constant]]
_NODES = get_args(Typed)


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `about` is the scheme or section it belongs to; `clause` is that of the newer edition."""

    about: Text
    clause: str
    says: Text


# -- sentences -------------------------------------------------------------------------------------


def quoted(name: Text) -> Text:
    """A name in quotation marks; those within it become single ones."""
    zh, en = (words.replace("“", "‘").replace("”", "’") for words in (name.zh, name.en))
    return Text(f"“{zh}”", f"“{en}”")


def changed(name: Text, old: Text, new: Text) -> Text:
    """What it was and what it is."""
    before, after = quoted(old), quoted(new)
    return Text(f"{name.zh}由{before.zh}改为{after.zh}", f"{name.en}: was {before.en}, is now {after.en}")


def added(kind: Text, name: Text) -> Text:
    """Something the older edition does not have."""
    return Text(f"新增{kind.zh}：{name.zh}", f"new {kind.en}: {name.en}")


def dropped(kind: Text, name: Text) -> Text:
    """Something the newer edition does not have."""
    return Text(f"取消{kind.zh}：{name.zh}", f"{kind.en} dropped: {name.en}")


def figure(name: Text, old: Value, new: Value, of: Type) -> Text:
    """A figure that rose or fell, or was set."""
    shown = [
        Text("未定", "open") if value is None else Text(show_value(value, of), show_value(value, of, "en"))
        for value in (old, new)
    ]
    if old is None or new is None:
        return changed(name, *shown)
    zh, en = _moved(old, new)
    return Text(f"{name.zh}由 {shown[0].zh} {zh} {shown[1].zh}", f"{name.en} {en} from {shown[0].en} to {shown[1].en}")


def _moved(old: Value, new: Value) -> tuple[str, str]:
    if isinstance(old, date) and isinstance(new, date):
        return ("推迟到", "moves back") if new > old else ("提前到", "moves forward")
    if isinstance(old, bool) or isinstance(new, bool):
        return "改为", "changes"
    if isinstance(old, int | Fraction) and isinstance(new, int | Fraction):
        return ("提高到", "rises") if new > old else ("降低到", "falls")
    return "改为", "changes"


# -- expressions -----------------------------------------------------------------------------------


def uncited(node: Typed) -> Typed:
    """The expression alone: without the clauses its leaves cite and the sentences they say."""
    if isinstance(node, tree.Cited):
        return uncited(node.body)
    if isinstance(node, tree.All | tree.Any):  # a tree of the YAML and one text with the same meaning are the same
        join = tree.both if isinstance(node, tree.All) else tree.either
        terms = [uncited(term) for term in node.terms]
        return join(*terms) if len(terms) > 1 else terms[0]
    parts: dict[str, object] = {}
    for each in fields(node):
        part = getattr(node, each.name)
        if isinstance(part, _NODES):
            parts[each.name] = uncited(part)
        elif _are_nodes(part):
            parts[each.name] = tuple(uncited(term) for term in part)
    return replace(node, **parts) if parts else node  # type: ignore[arg-type]  # its own fields, each as typed


def sayings(node: Typed) -> list[Text]:
    """What the leaves of an expression say, in order."""
    return [leaf.says for leaf in tree.walk(node) if isinstance(leaf, tree.Cited) and leaf.says.zh]


def constants_changed(old: Typed, new: Typed, about: Typed | None = None) -> Figures | None:
    """The constants in which two expressions differ, each with what it is compared with; `None` when they differ in more."""
    if isinstance(old, tree.Constant) and isinstance(new, tree.Constant) and old.type == new.type:
        return [] if old.value == new.value else [(about, old, new)]
    if type(old) is not type(new):
        return None
    if isinstance(old, tree.Compare) and isinstance(new, tree.Compare):
        about = old.left if old.left == new.left else None
    found: Figures = []
    for each in fields(old):
        parts = _paired(getattr(old, each.name), getattr(new, each.name))
        if parts is None:
            return None
        for first, second in parts:
            deeper = constants_changed(first, second, about)
            if deeper is None:
                return None
            found += deeper
    return found


def _paired(old: object, new: object) -> list[tuple[Typed, Typed]] | None:
    """The nodes to compare of one field: none where it is equal, `None` where it differs in something else."""
    if isinstance(old, _NODES) and isinstance(new, _NODES):
        return [(old, new)]
    if isinstance(old, tuple) and isinstance(new, tuple) and _are_nodes(old) and _are_nodes(new) and len(old) == len(new):
        return list(zip(old, new, strict=True))
    return [] if old == new else None


def _are_nodes(value: object) -> bool:
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], _NODES)
