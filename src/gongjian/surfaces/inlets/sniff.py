"""What a file really is, whatever its name says: read from its first bytes, never from its extension."""

from __future__ import annotations

import io
import re
import zipfile
from enum import StrEnum
from pathlib import PurePath

from gongjian.kernel.errors import Refusal

SIZE_LIMIT = 50 * 1024 * 1024


class Nature(StrEnum):
    """文件的实际类型, named as an officer would name it."""

    DOCX = "Word 文档(.docx)"
    XLSX = "Excel 工作簿(.xlsx)"
    PPTX = "PowerPoint 演示文稿(.pptx)"
    OFD = "OFD 版式文件(.ofd)"
    ODF = "OpenDocument 文件(.odt/.ods)"
    ZIP = "压缩包(.zip)"
    DOC = "旧版 Word 或 WPS 文档(.doc/.wps)"
    XLS = "旧版 Excel 或 WPS 表格(.xls/.et)"
    LOCKED = "设有打开密码的 Office 文件"
    OLE = "旧版 Office 或 WPS 文件"
    PDF = "PDF 文件(.pdf)"
    RTF = "RTF 文档(.rtf)"
    IMAGE = "图片"
    ARCHIVE = "压缩包"
    PROGRAM = "可执行程序"
    HTML = "网页(.html)"
    XML = "XML 格式的表格"
    MHTML = "网页存档(.mht)"
    TEXT = "纯文本"


_MAGIC: tuple[tuple[bytes, Nature], ...] = (
    (b"{\\rtf", Nature.RTF),
    (b"\xff\xd8\xff", Nature.IMAGE),
    (b"\x89PNG\r\n\x1a\n", Nature.IMAGE),
    (b"GIF8", Nature.IMAGE),
    (b"II*\x00", Nature.IMAGE),
    (b"MM\x00*", Nature.IMAGE),
    (b"Rar!", Nature.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", Nature.ARCHIVE),
    (b"\x1f\x8b", Nature.ARCHIVE),
    (b"MZ", Nature.PROGRAM),
    (b"\x7fELF", Nature.PROGRAM),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|meta|table)\b", re.IGNORECASE | re.DOTALL
)


def nature(data: bytes) -> Nature:
    """The file's type by its content; `Nature.TEXT` where nothing else fits."""
    if data.startswith(_OLE):
        return _inside_ole(data)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _inside_zip(data)
    if b"%PDF-" in data[:1024]:
        return Nature.PDF
    for magic, found in _MAGIC:
        if data.startswith(magic):
            return Nature.TEXT if found is Nature.PROGRAM and magic == b"MZ" and b"\x00" not in data[:256] else found
    start = data[:2048].removeprefix(b"\xef\xbb\xbf")
    if start.startswith(b"MIME-Version:"):
        return Nature.MHTML
    if start.lstrip().startswith(b"<?xml") and b"urn:schemas-microsoft-com:office:spreadsheet" in start:
        return Nature.XML
    return Nature.HTML if _MARKUP.match(start) else Nature.TEXT


def suffix(name: str) -> str:
    """The file name's extension in lower case, with its dot."""
    return PurePath(name.strip()).suffix.lower()


def admit(*, name: str, data: bytes, limit: int = SIZE_LIMIT) -> None:
    """Refuse a file that is empty or larger than `limit` bytes, before anything reads it."""
    if not data:
        raise Refusal("document.empty", f"文件“{name}”是空的(0字节)", "请确认文件已保存完整,再重新上传")
    if len(data) > limit:
        raise Refusal(
            "document.too-large",
            f"文件“{name}”大小为{len(data) / 2**20:.1f}MB,超过上限{limit / 2**20:g}MB",
            "请压缩文中图片、删除附件页或拆分文件后重新上传",
        )


def mismatch(*, name: str, found: Nature, expected: str) -> Refusal:
    """The refusal for a file whose content is not what its name or the task calls for."""
    remedies = {
        Nature.LOCKED: "请在 Word、Excel 或 WPS 中打开,取消打开密码(文件-信息-保护文档)并另存后重新上传",
        Nature.DOC: "请用 Word 或 WPS 打开,另存为 .docx 后重新上传",
        Nature.XLS: "请用 Excel 或 WPS 打开,另存为 .xlsx 后重新上传",
        Nature.OFD: "请用 OFD 阅读器导出为带文字的 PDF,或向发文单位索取 .docx 后重新上传",
        Nature.RTF: "请用 Word 或 WPS 打开,另存为 .docx 后重新上传",
        Nature.ODF: "请用 Word 或 WPS 打开,另存为 .docx 或 .xlsx 后重新上传",
        Nature.IMAGE: "图片里的文字无法读取,请先识别成文字,存为 .docx 或 .txt 后上传",
        Nature.ZIP: "请解压后上传其中的文件",
        Nature.ARCHIVE: "请解压后上传其中的文件",
        Nature.PROGRAM: "请选择正确的文件,并请管理员查杀病毒",
    }
    if expected == ".xlsx":
        remedies |= _FOR_SHEETS
    code = {Nature.LOCKED: "document.locked", Nature.DOC: "document.old-word", Nature.XLS: "document.old-excel"}
    own_suffix = suffix(name)
    if found in (Nature.DOC, Nature.XLS, Nature.LOCKED) and own_suffix in (
        ".doc",
        ".wps",
        ".xls",
        ".et",
        ".docx",
        ".xlsx",
    ):
        cause = f"文件“{name}”是{found.value}"
    else:
        cause = f"文件“{name}”的扩展名是“{own_suffix or '(无)'}”,内容其实是{found.value}"
    return Refusal(
        code.get(found, "document.wrong-type"),
        cause,
        remedies.get(found, f"请改回正确的扩展名,或另存为 {expected} 后重新上传"),
    )


_IN_WORD = "请把其中的表格复制后直接粘贴导入,或粘贴到 Excel、WPS 表格里存为 .xlsx 后重新上传"
_RESAVED = "请用 Excel 或 WPS 打开,另存为 .xlsx 后重新上传"
_FOR_SHEETS = {
    **dict.fromkeys((Nature.DOC, Nature.DOCX, Nature.RTF, Nature.PDF, Nature.OFD), _IN_WORD),
    **dict.fromkeys((Nature.XML, Nature.MHTML, Nature.HTML, Nature.ODF, Nature.OLE), _RESAVED),
    Nature.IMAGE: "图片里的表格无法读取,请向制表人索取 .xlsx 文件,或照着录入后上传",
}
"""What to do where a sheet was expected."""


def _inside_ole(data: bytes) -> Nature:
    """Which Office program wrote a compound file; stream names stand in its directory in UTF-16."""

    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") + b"\x00\x00" in data

    if holds("EncryptedPackage"):
        return Nature.LOCKED
    if holds("WordDocument"):
        return Nature.DOC
    if holds("Workbook") or holds("Book"):
        return Nature.XLS
    return Nature.OLE


def _inside_zip(data: bytes) -> Nature:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = set(package.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return Nature.ZIP
    if "[Content_Types].xml" in names:
        for folder, found in (("word/", Nature.DOCX), ("xl/", Nature.XLSX), ("ppt/", Nature.PPTX)):
            if any(name.startswith(folder) for name in names):
                return found
    if "OFD.xml" in names:
        return Nature.OFD
    return Nature.ODF if {"mimetype", "content.xml"} <= names else Nature.ZIP
