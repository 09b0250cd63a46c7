"""How the platform says no: what, why and what next; a page or an action that may not be raises one of these."""

from __future__ import annotations

from zhinan.values.problem import BadInput, Mistake, Problem
from zhinan.values.text import Text

NOT_HERE = Mistake(
    "not-found",
    Text("没有这个页面，或者您不能查看它", "there is no such page, or it is not for you to see"),
    Text(
        "检查网址；如果应当看得到，请联系本单位管理员或主管部门",
        "check the address; if you should see it, ask your unit's administrator or the authority",
    ),
)
SIGN_IN = Mistake(
    "sign-in-first",
    Text("这一步需要先登录", "this needs you to sign in first"),
    Text("登录后会回到这里，已填写的内容不会丢失", "you will come back here, and what you typed is kept"),
)


class Refused(BadInput):
    """An action that may not be done, by someone who may know why."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(list(problems))

    @property
    def problem(self) -> Problem:
        """The first reason."""
        return self.problems[0]


class NotSeen(Refused):
    """A row that is not there, or that the person may not know to be there: the answer is the same."""

    def __init__(self) -> None:
        super().__init__(NOT_HERE.at())


class Stale(Refused):
    """The row has changed since the person read it."""
