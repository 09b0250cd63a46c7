"""The receipt of a submission: what was handed in, by whom, at which second, and how anyone can check it later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from zhinan.server.paper.barcode import qr_svg
from zhinan.server.paper.typesetting import Setting, typeset
from zhinan.server.paper.wording import in_groups, written_moment, written_size
from zhinan.values.text import Lang, Text


@dataclass(frozen=True, slots=True)
class Receipt:
    """One submission. `submitted_at` knows its zone; attachments are (name, SHA-256, size in bytes)."""

    number: str
    call_title: str
    scheme: str
    line: str
    title: str
    unit: str
    leader: str
    submitted_at: datetime
    content_hash: str
    verify_url: str
    authority: str
    attachments: tuple[tuple[str, str, int], ...] = ()
    lang: Lang = "zh"


def receipt_pdf(receipt: Receipt, *, fonts: Path | None = None) -> bytes:
    """The receipt as a PDF; the same receipt is the same file, whenever it is printed."""
    lang = receipt.lang
    words = {
        **{name: text.in_lang(lang) for name, text in _WORDS.items()},
        "number": receipt.number,
        "authority": receipt.authority,
        "facts": [[label.in_lang(lang), value] for label, value in _facts(receipt) if value],
        "hash": in_groups(receipt.content_hash),
        "attachments_headers": [header.in_lang(lang) for header in _HEADERS],
        "attachments": [
            [str(number), name, written_size(size), in_groups(sha256)]
            for number, (name, sha256, size) in enumerate(receipt.attachments, start=1)
        ],
        "verify_steps": [step.in_lang(lang) for step in _STEPS],
        "verify_url": receipt.verify_url,
        "qr": qr_svg(receipt.verify_url),
    }
    foot = f"{_TITLE.in_lang(lang)}  {receipt.number}"
    setting = Setting(_TITLE.in_lang(lang), foot, lang, receipt.submitted_at, fonts)
    return typeset("receipt", words, setting)


def _facts(receipt: Receipt) -> list[tuple[Text, str]]:
    return [
        (Text("项目名称", "Project"), receipt.title),
        (Text("申报单位", "Applicant"), receipt.unit),
        (Text("项目负责人", "Project leader"), receipt.leader),
        (Text("申报通知", "Call"), receipt.call_title),
        (Text("申报事项", "Scheme"), receipt.scheme),
        (Text("方向", "Line"), receipt.line),
        (Text("提交时间", "Submitted at"), written_moment(receipt.submitted_at, receipt.lang)),
    ]


_TITLE = Text("申报书提交回执", "Receipt of submission")
_WORDS = {
    "number_label": Text("回执编号", "Receipt number"),
    "hash_title": Text("内容指纹（SHA-256）", "Content fingerprint (SHA-256)"),
    "attachments_title": Text("随附材料", "Attachments"),
    "verify_title": Text("怎样核验", "How to verify"),
    "note": Text(
        "本回执由平台自动生成，时间以平台服务器为准。它证明以上内容在所示时刻已经收到，不代表形式审查通过或同意立项。",
        "Made by the platform; the time is that of its server. It shows that the content above had been received at that "
        "moment. It does not say that the application passed any check or will be funded.",
    ),
}
_HEADERS = (
    Text("序号", "No."),
    Text("文件名", "File"),
    Text("大小", "Size"),
    Text("文件指纹（SHA-256）", "Fingerprint (SHA-256)"),
)
_STEPS = (
    Text("打开下面的网址，或用手机扫描二维码；不需要账号。", "Open the address below, or scan the code; no account is needed."),
    Text(
        "核对页面上的回执编号、提交时间和内容指纹，应与本页逐组一致。",
        "Compare the number, the time and the fingerprint on that page with this one, group by group.",
    ),
    Text(
        "有一组不同，就说明内容在提交以后改动过，或者这不是原来的回执。",
        "If one group differs, the content was changed after it was submitted, or this is not the original receipt.",
    ),
)
