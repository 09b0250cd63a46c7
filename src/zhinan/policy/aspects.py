"""What a reader sees of each kind of item: its name, its closed words, its expressions. Editions are compared by these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from zhinan.language.explain import show_value
from zhinan.language.tree import Typed
from zhinan.policy.item import Item, Variants
from zhinan.policy.model import (
    Condition,
    Direction,
    Document,
    Duty,
    Funding,
    Pack,
    Parameter,
    Payment,
    Preference,
    Purpose,
    Recommendation,
    Route,
    Scheme,
    Selection,
    Title,
)
from zhinan.policy.plan import History, Indicator, Instrument, Provision, RegisterKind, Task
from zhinan.policy.procedure import Action, Procedure, Stage
from zhinan.policy.score import Criterion, Index
from zhinan.policy.wording import (
    APPLICANTS,
    KINDS,
    MEASURES,
    SCHEME_KINDS,
    SURENESS,
    budget,
    deadline,
    figure_in_words,
    figures,
    instalments,
    joined,
    listed,
    modes,
    selection,
    title_granted,
)
from zhinan.policy.workflow import shipped_workflow
from zhinan.values.text import Text, same

#: A closed word of an item: what it is called (nothing where the item's own name is enough), and what it is.
Aspect = tuple[Text, Text]
_PLAIN = Text("", "")
EVERY_LINE = Text("全部子项", "every line")
#: What ids stand for, by `kind:id`.
Called = Mapping[str, Text]


def name_of(item: Item) -> Text:
    """The sentence or name by which a reader knows an item."""
    match item:
        case Purpose():
            return item.judge
        case Condition() | Preference() | Funding() | Duty() | Provision():
            return item.says
        case Parameter():
            return with_value(item)
        case Payment():
            return joined([modes(item), instalments(item), budget(item)])
        case Selection():
            return selection(item)
        case Route():
            return same(item.section)
        case Recommendation():
            return item.by
        case Title():
            return title_granted(item)
        case Task():
            return item.title
        case _:
            found = getattr(item, "name", _PLAIN)
            return found if isinstance(found, Text) else _PLAIN


def with_value(item: Parameter) -> Text:
    """A parameter with its figure."""
    if item.value is None:
        return Text(f"{item.label.zh}（待主管部门设定）", f"{item.label.en} (to be set by the authority)")
    of = item.word.type
    return Text(f"{item.label.zh} {show_value(item.value, of)}", f"{item.label.en} {show_value(item.value, of, 'en')}")


def names_in(*packs: Pack) -> dict[str, Text]:
    """What ids stand for all through these packs, by `kind:id`: responsible units, procedures, the papers of the library."""
    workflow = shipped_workflow().workflow
    return {
        **{f"paper:{paper.number}": paper.name for paper in workflow.documents},
        **{f"procedure:procedures/{procedure.id}": procedure.name for procedure in workflow.procedures},
        **{f"procedure:{procedure.id}": procedure.name for pack in packs for procedure in pack.procedures},
        **{f"unit:{unit.key}": unit.name for pack in packs for unit in pack.units},
    }


def names_within(owner: Scheme | Procedure) -> dict[str, Text]:
    """What ids stand for within one scheme (its lines) or one procedure (its roles and stages)."""
    if isinstance(owner, Scheme):
        return {f"line:{line.id}": line.name for line in owner.branches}
    roles = {f"role:{role.key}": role.name for role in owner.roles.values()}
    return {**roles, **{f"stage:{stage.id}": stage.name for stage in owner.stages.values()}}


def _called(kind: str, ids: Iterable[str], called: Called) -> Text:
    return listed(called.get(f"{kind}:{id}", same(id)) for id in ids)


def aspects_of(item: Item, called: Called) -> list[Aspect]:
    """The closed words of an item, the same ones for every item of its kind. `called` comes from `names_in`."""
    match item:
        case Scheme():
            return [
                (Text("种类", "the kind"), SCHEME_KINDS.get(item.kind, same(item.kind))),
                (Text("申报主体", "who applies"), APPLICANTS.get(item.applicant, same(item.applicant))),
                (Text("办理流程", "the procedure"), _called("procedure", [item.procedure] if item.procedure else [], called)),
            ]
        case Condition():
            otherwise = Text("由人判断", "a person decides") if item.otherwise_judge else Text("视为符合", "it is met")
            return [
                (_PLAIN, KINDS[item.kind.value]),
                (Text("适用子项", "the lines"), _lines(item.lines, called)),
                (Text("适用范围以外", "what holds elsewhere"), otherwise if item.applies is not None else _PLAIN),
                (Text("由人判断的内容", "what a person judges"), _judged(item)),
                (Text("佐证材料", "the papers"), listed(map(same, item.evidence))),
                _sureness(item.sure),
            ]
        case Preference():
            return [
                (Text("适用子项", "the lines"), _lines(item.lines, called)),
                (Text("由人判断的内容", "what a person judges"), item.judge or _PLAIN),
            ]
        case Document() | Funding() | Route():
            return [(Text("适用子项", "the lines"), _lines(item.lines, called))]
        case Duty():
            force = Text("可放宽", "may be waived") if item.soft else Text("必须", "binding")
            return [
                (Text("效力", "the force"), force),
                (Text("适用子项", "the lines"), _lines(item.lines, called)),
                (Text("环节", "the moment"), same(item.at)),
            ]
        case Title():
            return [_sureness(item.sure)]
        case Payment():
            return [
                (Text("拨款方式", "the modes of payment"), modes(item)),
                (Text("拨款批次", "the instalments"), instalments(item)),
                (Text("经费管理", "the budget"), budget(item)),
                (Text("拨款办法的适用子项", "the lines of the payment"), _lines(item.lines, called)),
            ]
        case Parameter():
            return [(Text("建议值", "the suggested figure"), same(item.suggest)), _sureness(item.sure)]
        case _:
            return _of_plan(item, called)


def _of_plan(item: Item, called: Called) -> list[Aspect]:
    match item:
        case Direction():
            return [(Text("内容", "the topics"), item.topics)]
        case Indicator():
            return [
                (Text("目标值", "the target"), figure_in_words(item.target, item.unit)),
                (Text("基期值", "the base"), figure_in_words(item.base, item.unit) if item.base else _PLAIN),
                (Text("口径", "the measure"), MEASURES.get(item.measure, same(item.measure))),
                (Text("责任单位", "the units in charge"), _called("unit", filter(None, (item.lead, *item.support)), called)),
                (Text("说明", "the note"), item.note),
            ]
        case History():
            return [(Text("数值", "the figure"), figures(item.values)), (Text("说明", "the note"), item.note)]
        case Task():
            due = same(item.due.isoformat()) if item.due else _PLAIN
            return [
                (Text("责任单位", "the units in charge"), _called("unit", filter(None, (item.lead, *item.support)), called)),
                (Text("期限", "the day it is due"), due), (Text("完成标志", "what shows that it is done"), item.evidence),
            ]  # fmt: skip
        case Instrument():
            return [
                (Text("对象", "who it is for"), item.who), (Text("内容", "what it gives"), item.gives),
                (Text("条件", "what is stated"), item.states),
            ]  # fmt: skip
        case Provision():
            return [
                (Text("由人判断的内容", "what a person judges"), item.judge or _PLAIN),
                (Text("周期", "the interval"), same(item.every)),
            ]
        case RegisterKind():
            return [(Text("标准", "the criteria"), item.criteria)]
        case _:
            return _of_procedure(item, called)


def _of_procedure(item: Item, called: Called) -> list[Aspect]:
    match item:
        case Procedure():
            return [(Text("起点", "the start"), item.stages[item.start].name if item.start in item.stages else same(item.start))]
        case Stage():
            return [
                (Text("办理人", "who acts"), _called("role", item.who, called)),
                (Text("材料", "the papers"), _called("paper", item.documents, called)),
                (Text("期限", "the time limit"), deadline(item.deadline)),
                (Text("不得变更", "what may not change"), _called("role", item.freezes, called)),
                (Text("可以办理", "what may be done"), listed(_action(action, called) for action in item.actions)),
            ]
        case Index():
            return [(Text("满分", "the maximum"), same(str(item.max))), _sureness(item.sure)]
        case Criterion():
            best = Text("取最高的一项", "the best counts") if item.choose == "best" else Text("各项相加", "they are added")
            return [
                (Text("满分", "the maximum"), same("" if item.max is None else str(item.max))),
                (Text("算法", "how its parts count"), best if item.children else _PLAIN),
                _sureness(item.sure),
            ]
        case Action():
            return [
                (Text("谁可以做", "who may"), _called("role", item.by, called)),
                (Text("转到", "leads to"), _called("stage", [item.to], called)),
                (Text("前提", "guarded by"), same(item.guard)),
            ]
        case _:
            return []


def _action(action: Action, called: Called) -> Text:
    who, to = _called("role", action.by, called), _called("stage", [action.to], called)
    guard = f" [{action.guard}]" if action.guard else ""
    return Text(f"{action.name.zh}（{who.zh} → {to.zh}{guard}）", f"{action.name.en} ({who.en} → {to.en}{guard})")


def expressions_of(item: Item) -> list[tuple[Text, Variants]]:
    """The expressions of an item, each with what it is for (nothing for the main one)."""
    where = Text("的适用范围", "where it applies, of")
    match item:
        case Condition():
            return [(_PLAIN, {} if item.origin == "payment" else item.requires), (where, _one(item.applies))]
        case Preference():
            return [(_PLAIN, item.whens)]
        case Document():
            return [(_PLAIN, item.requires), (where, _one(item.applies))]
        case Funding():
            return [(_PLAIN, item.grants), (where, _one(item.applies))]
        case Payment() | Route() | Recommendation() | Duty() | Instrument():
            return [(where, _one(item.applies))]
        case Provision():
            return [(_PLAIN, item.requires), (where, _one(item.applies))]
        case Criterion():
            return [(_PLAIN, {} if item.children else _one(item.expression()))]
        case _:
            return []


def _one(typed: Typed | None) -> Variants:
    return {} if typed is None else {"": typed}


def _sureness(sure: str) -> Aspect:
    return Text("来源", "the source"), SURENESS.get(sure, _PLAIN)


def _judged(item: Condition) -> Text:
    """What a person judges, where the item's own sentence does not say it already."""
    return _PLAIN if item.judge is None or item.judge == item.says else item.judge


def _lines(lines: tuple[str, ...], called: Called) -> Text:
    return _called("line", lines, called) if lines else EVERY_LINE
