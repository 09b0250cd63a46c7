"""Access: the only way to a guarded row. It answers with the row, or with a refusal that says why not.

Rounds of review and the expert bank have their own half of it: `review_access.py`.

A case is seen by its leader and its unit's administrators, by the officers of the bodies it has reached, by officers and
auditors of the call's authority once it was handed in. For everyone else it does not exist.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from zhinan.lifecycle.fold import opening
from zhinan.policy.procedure import Procedure
from zhinan.server.models import (
    Application,
    Authority,
    Organisation,
    Post,
    Role,
    User,
)
from zhinan.server.queries.bodies import body_of, procedure_of, recommends
from zhinan.server.queries.people import posts_of
from zhinan.server.refused import NotSeen, Refused
from zhinan.values.problem import Mistake, Problem
from zhinan.values.text import Text

_NOT_YOURS = Mistake(
    "not-your-part", Text("您可以查看，但不能办理：{why}", "you may see this but not act on it: {why}"), Text("{mend}", "{mend}")
)
_RECOMMENDERS = ("self-recommender", "sector-authority", "authority-of-county")
#: What a person asks a case for, and who may: `see`, `fill` (answers, papers), `act` (as a body of the chain).
SEE, FILL, ACT = "see", "fill", "act"


def visible_cases(user: User | None) -> QuerySet[Application]:
    """Every case a person may know of."""
    cases = Application.objects.select_related(
        "call__authority", "organisation__park__parent", "organisation__sector", "organisation__body", "leader", "body",
        "section",
    )  # fmt: skip
    if user is None or not user.is_authenticated:
        return cases.none()
    return cases.filter(_seen_by(user, list(posts_of(user))))


def cases_of_bodies(posts: Iterable[Post]) -> QuerySet[Application]:
    """The cases that have come to the bodies of these posts: what reached an officer's, what was handed in to an auditor's."""
    return Application.objects.filter(_of_bodies(posts))


def _seen_by(user: User, posts: Iterable[Post]) -> Q:
    units = [post.organisation_id for post in posts if post.role == Role.UNIT_ADMIN and post.organisation_id]
    return Q(leader=user) | Q(organisation__in=units) | _of_bodies(posts)


def _of_bodies(posts: Iterable[Post]) -> Q:
    """Without joins that multiply rows, so that the database finds the cases by its indexes."""
    bodies = [post.authority_id for post in posts if post.role == Role.OFFICER and post.authority_id]
    audited = [post.authority_id for post in posts if post.role == Role.AUDITOR and post.authority_id]
    reached = Application.reached.through.objects.filter(authority_id__in=bodies).values("application_id")
    return Q(id__in=reached) | Q(call__authority__in=audited, submitted_at__isnull=False)


def case_for(user: User, code: str, *, to: str = SEE, lock: bool = False) -> Application:
    """The case, for a person who means `to` do something with it.

    Raises `NotSeen` if they may not know of it, `Refused` (with the reason) if they may see but not do that.
    """
    cases = visible_cases(user).filter(code=code)
    case = (cases.select_for_update(of=("self",)) if lock else cases).first()
    if case is None:
        raise NotSeen
    if to == FILL and (why := refuse_filling(user, case)):
        raise Refused(why)
    if to == ACT and not acting_roles(user, case):
        raise Refused(_not_acting(user, case))
    return case


def lock_case(id: int) -> Application:
    """A case, locked, for an action whose right to it follows from something else: a round that its actor runs."""
    rows = Application.objects.select_for_update(of=("self",))
    return rows.select_related("call__authority", "organisation__park__parent", "organisation__sector", "leader").get(id=id)


def refuse_filling(user: User, case: Application) -> Problem | None:
    """Why a person may not fill in the application; `None` if they may."""
    if not is_applicant(user, case):
        return _NOT_YOURS.at(
            why=Text("只有项目负责人和单位管理员能填写", "only the leader and the unit's administrators fill it in"),
            mend=Text("需要修改时可以退回补正", "return it for correction if something must change"),
        )
    if not is_open_for_filling(case):
        return _NOT_YOURS.at(
            why=Text("申报书已经提交，内容已固定", "it was handed in and is fixed"),
            mend=Text("等待退回补正，或者撤回后重新填报", "wait for a return, or withdraw it and begin anew"),
        )
    return None


def is_applicant(user: User, case: Application) -> bool:
    """Whether a person stands on the applicant's side of a case."""
    return case.leader_id == user.id or _holds(posts_of(user), Role.UNIT_ADMIN, organisation=case.organisation)


def is_open_for_filling(case: Application) -> bool:
    """Whether the applicant may write: in the filing stage, and in a stage of correction."""
    return case.stage in writing_stages(case)


def writing_stages(case: Application) -> tuple[str, ...]:
    """The stages of a case in which the applicant writes."""
    return stages_written_in(procedure_of(case))


def stages_written_in(procedure: Procedure) -> tuple[str, ...]:
    """The stages of a procedure in which the applicant writes."""
    filing = opening(procedure).stage
    return tuple(
        id for id, stage in procedure.stages.items()
        if id == filing or any(action.guard == "only-marked-fields-changed" for action in stage.actions)
    )  # fmt: skip


def roles_in(user: User, case: Application) -> frozenset[str]:
    """The roles of its procedure that a person holds in a case, after separation of duties."""
    procedure, posts = procedure_of(case), list(posts_of(user))
    return frozenset(key for key, role in procedure.roles.items() if _is_in(role.found_by, user, posts, case))


def acting_roles(user: User, case: Application) -> frozenset[str]:
    """The roles a person may act in at the stage the case stands at."""
    stage = procedure_of(case).stages[case.stage]
    who = {key for action in stage.actions for key in action.by}
    return roles_in(user, case) & who


def _is_in(found_by: str, user: User, posts: list[Post], case: Application) -> bool:
    if found_by in ("applicant", "unit-account"):
        return _holds(posts, Role.UNIT_ADMIN, organisation=case.organisation)
    if found_by == "leader":
        return case.leader_id == user.id
    if is_own_case(user, posts, case, found_by):
        return False
    if found_by in _RECOMMENDERS and found_by != recommends(case):
        return False
    body = body_of(case, found_by)
    if body is None or not _holds(posts, Role.OFFICER, authority=body):
        return False
    return found_by != "section" or _in_section(posts, case, body)


def is_own_case(user: User, posts: Iterable[Post], case: Application, found_by: str) -> bool:
    """Nobody acts on their own case; at a unit that recommends for itself, anyone but the leader may."""
    of_unit = any(post.organisation_id == case.organisation_id for post in posts)
    return case.leader_id == user.id or (of_unit and found_by != "self-recommender")


def _in_section(posts: Iterable[Post], case: Application, body: Authority) -> bool:
    """An officer of no section handles every section's cases; a case of no section is everyone's."""
    held = [post for post in posts if post.role == Role.OFFICER and post.authority_id == body.id]
    return case.section_id is None or any(post.section_id in (None, case.section_id) for post in held)


def _holds(
    posts: Iterable[Post], role: Role, *, organisation: Organisation | None = None, authority: Authority | None = None
) -> bool:
    place = (organisation.id if organisation else None, authority.id if authority else None)
    return any(post.role == role and (post.organisation_id, post.authority_id) == place for post in posts)


def _not_acting(user: User, case: Application) -> Problem:
    procedure = procedure_of(case)
    stage = procedure.stages[case.stage]
    who = [procedure.roles[key].name for key in stage.who if key in procedure.roles]
    mine = is_applicant(user, case)
    why = (
        Text("本人参与的申报须由他人办理", "others act on what you apply for yourself")
        if mine
        else Text(
            f"“{stage.name.zh}”由{'、'.join(name.zh for name in who)}办理",
            f"“{stage.name.en}” is for {', '.join(name.en for name in who)}",
        )
    )
    return _NOT_YOURS.at(why=why, mend=Text("办理后会通知您", "you will be told when it is done"))
