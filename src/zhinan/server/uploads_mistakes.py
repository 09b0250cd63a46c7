"""What can be wrong with a file that is uploaded, in words that help to upload it again."""

from __future__ import annotations

from zhinan.values.problem import Mistake
from zhinan.values.text import Text

NO_EXTENSION = Text("（没有扩展名）", "(no extension)")
WRONG_KIND = Mistake(
    "upload-wrong-kind",
    Text("不收这种文件：{found}", "files of this kind are not taken: {found}"),
    Text("另存为其中一种再上传：{choices}", "save it as one of these and upload again: {choices}"),
)
ACTIVE_FILE = Mistake(
    "upload-active-file",
    Text(
        "不收网页、SVG 和脚本（{found}）：别人打开时，里面的程序会在浏览器里运行",
        "web pages, SVG and scripts are not taken ({found}): whoever opens one would run what is inside",
    ),
    Text("图片另存为 PNG 或 JPG，网页打印成 PDF", "save a picture as PNG or JPG; print a page to PDF"),
)
MACROS = Mistake(
    "upload-macros",
    Text("文件里有宏：审核的人打开时，宏会运行", "the file holds macros, which would run when an officer opens it"),
    Text("另存为不带宏的 docx、xlsx、pptx，或导出成 PDF", "save it as docx, xlsx or pptx without macros, or export a PDF"),
)
RUNS_SCRIPTS = Mistake(
    "upload-pdf-scripts",
    Text("PDF 里有脚本或启动程序的动作", "the PDF holds scripts, or actions that start programs"),
    Text("打印成新的 PDF 再上传", "print it to a new PDF and upload that one"),
)
LOCKED = Mistake(
    "upload-locked",
    Text("文件设了密码：没有密码，谁也审核不了", "the file is locked by a password, so nobody could review it"),
    Text("取消密码，另存后再上传", "remove the password, save, and upload again"),
)
EMPTY = Mistake(
    "upload-empty",
    Text("文件是空的（0 字节）", "the file is empty (0 bytes)"),
    Text("在电脑上打开看看内容在不在，再上传一次", "open it on your computer to see whether it has content; upload it again"),
)
TOO_LARGE = Mistake(
    "upload-too-large",
    Text("文件超过 {limit} MB", "the file is larger than {limit} MB"),
    Text("降低扫描分辨率或压缩图片，或分成几个文件", "scan at a lower resolution, shrink the pictures, or split it"),
)
NOT_WHAT_IT_SAYS = Mistake(
    "upload-not-what-it-says",
    Text("扩展名是 {extension}，内容却是{found}", "the extension is {extension}, but the content is {found}"),
    Text(
        "用原来的软件打开，另存为 {extension}，不要直接改扩展名",
        "open it in its program and save it as {extension}; renaming is not enough",
    ),
)
CUT_SHORT = Mistake(
    "upload-cut-short",
    Text("PDF 不完整，后面缺了一截", "the PDF is not whole: its end is missing"),
    Text("在电脑上确认能打开，重新导出或重新下载后再上传", "see that it opens on your computer; export or download it once more"),
)
NOT_TEXT = Mistake(
    "upload-not-text",
    Text("文本文件读不出来：不是 UTF-8，也不是 GB18030", "the text cannot be read: it is neither UTF-8 nor GB18030"),
    Text("在记事本里另存，编码选 UTF-8", "save it again in an editor, with the encoding UTF-8"),
)
BROKEN_ARCHIVE = Mistake(
    "upload-broken-archive",
    Text("文件（或压缩包）损坏，或者是不常用的压缩格式，打不开", "the file (or archive) is damaged or packed in an unusual way"),
    Text("重新保存文档；压缩包用系统自带的 zip 重新压缩", "save the document again; pack an archive as ordinary zip"),
)
BOMB = Mistake(
    "upload-bomb",
    Text(
        "解开后太大、文件太多，或压缩得异常：最多 2000 个文件、共 200 MB",
        "it unfolds to too much, or is packed beyond reason: at most 2000 files and 200 MB altogether",
    ),
    Text("只放需要的材料，分成几个压缩包上传", "keep only the papers that are needed, in several archives"),
)
WRONG_PATH = Mistake(
    "upload-wrong-path",
    Text(
        "压缩包里有重名的文件，或路径指向压缩包以外（含 .. 、反斜杠或绝对路径）",
        "the archive has two files of one name, or a path that leads out of it (.., a backslash, an absolute path)",
    ),
    Text("把材料放进一个文件夹，用系统自带的 zip 重新压缩", "put the papers into one folder and pack it as ordinary zip"),
)
ARCHIVE_IN_ARCHIVE = Mistake(
    "upload-nested-archive",
    Text("压缩包里又有压缩包", "there is an archive inside the archive"),
    Text("先解开里面的压缩包，把文件直接放进来", "unpack the inner one and put its files in directly"),
)
INFECTED = Mistake(
    "upload-infected",
    Text("杀毒程序在文件里发现 {found}，没有收下", "the virus scanner found {found} in the file; it was not taken"),
    Text(
        "先给电脑杀毒，用干净的原件重新导出后再上传",
        "clean the computer first, then export from a clean original and upload that",
    ),
)
SCANNER_AWAY = Mistake(
    "upload-scanner-away",
    Text("杀毒程序没有回应，文件没有收下", "the virus scanner does not answer; the file was not taken"),
    Text(
        "过几分钟再传；一直如此请告诉平台管理员", "try again in a few minutes; if it goes on, tell the platform's administrator"
    ),
)

ALL = tuple(value for value in list(globals().values()) if isinstance(value, Mistake))

# -- what content looks like --------------------------------------------------------------------------

OLD_OFFICE = Text("另一种旧版 Office 文件", "an old Office file of another kind")
OTHER_ARCHIVE = Text("压缩包或另一种 Office 文件", "an archive or an Office file of another kind")
_UNKNOWN = Text("认不出的内容", "nothing we recognise")
_WEB_PAGE = Text("网页或 SVG", "a web page or SVG")
_LOOKS = {
    b"%PDF-": Text("PDF", "a PDF"),
    b"PK": OTHER_ARCHIVE,
    b"\xd0\xcf\x11\xe0": Text("旧版 Office 文件（doc、xls、wps）", "an old Office file (doc, xls, wps)"),
    b"\x89PNG": Text("PNG 图片", "a PNG picture"),
    b"\xff\xd8\xff": Text("JPG 图片", "a JPG picture"),
    b"GIF8": Text("GIF 图片", "a GIF picture"),
    b"{\\rtf": Text("RTF 文档", "an RTF document"),
    b"MZ": Text("程序", "a program"),
    b"\x7fELF": Text("程序", "a program"),
    b"Rar!": Text("RAR 压缩包", "a RAR archive"),
    b"7z\xbc\xaf": Text("7z 压缩包", "a 7z archive"),
}


def looks_like(head: bytes) -> Text:
    """What a file is by its first bytes, for the sentence that refuses it."""
    for beginning, kind in _LOOKS.items():
        if head.startswith(beginning):
            return kind
    start = head[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return _WEB_PAGE if start.startswith((b"<!doctype", b"<html", b"<svg", b"<?xml")) else _UNKNOWN
