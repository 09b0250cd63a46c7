"""Anyone holding a receipt can verify it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from zhinan.server.paper.wording import in_groups
from zhinan.server.queries.receipts import receipt_number, receipt_of, written_hash
from zhinan.server.web.address import word
from zhinan.values.problem import Mistake
from zhinan.values.text import Text

_NOT_A_NUMBER = Mistake(
    "not-a-receipt-number",
    Text("这不是回执编号的样子", "this does not look like a receipt number"),
    Text("编号由字母、数字和短横组成，如 yc-2026-0001-R1", "it has letters, digits and hyphens, such as yc-2026-0001-R1"),
)
_NOT_A_HASH = Mistake(
    "not-a-hash", Text("内容指纹应当是 64 位的数字和字母 a–f", "a content fingerprint has 64 digits and letters a–f"),
    Text("照回执逐组抄写；也可以留空，只查编号", "copy it group by group; or leave it out and look up the number alone"),
)  # fmt: skip


@require_GET
def verify(request: HttpRequest) -> HttpResponse:
    """Where a number (and perhaps a fingerprint) is typed in."""
    typed, hash = word(request.GET, "receipt"), word(request.GET, "hash", most=200)
    if not typed:
        return render(request, "verify/verify.html", {"number": "", "hash": ""})
    number, copied = receipt_number(typed), written_hash(hash)
    problems = {} if number else {"receipt": [_NOT_A_NUMBER.at()]}
    if hash and copied is None:
        problems["hash"] = [_NOT_A_HASH.at()]
    if problems:
        return render(request, "verify/verify.html", {"number": typed, "hash": hash, "problems": problems}, status=422)
    asked = "?" + urlencode({"hash": copied}) if copied else ""
    return HttpResponseRedirect(reverse("verify-receipt", args=[number]) + asked)


@require_GET
def verify_receipt(request: HttpRequest, receipt: str) -> HttpResponse:
    """The answer: genuine or not; nothing that does not stand on the receipt itself."""
    hash = written_hash(word(request.GET, "hash", most=200))
    found = receipt_of(receipt)
    shown = {
        "asked": receipt_number(receipt), "receipt": found, "compared": hash or "",
        "is_same": found is not None and hash in (None, found.hash), "groups": " ".join(in_groups(found.hash)) if found else "",
        "groups_compared": " ".join(in_groups(hash or "")),
    }  # fmt: skip
    return render(request, "verify/receipt.html", shown)


addresses = [path("verify/", verify, name="verify"), path("verify/<str:receipt>/", verify_receipt, name="verify-receipt")]
