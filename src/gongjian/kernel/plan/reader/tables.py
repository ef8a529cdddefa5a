"""Tables of tasks (任务分解表): each row's task and target become commitments with owners and time limit."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from gongjian.kernel.plan.document import Cell, Document, Table
from gongjian.kernel.plan.proposal import Comparator, Kind, Level, PassageSpan, Proposal
from gongjian.kernel.plan.reader import grammar
from gongjian.kernel.plan.reader.deadlines import YEAR_END, deadline
from gongjian.kernel.plan.reader.owners import people, units
from gongjian.kernel.plan.reader.page import Page, modality
from gongjian.kernel.plan.reader.tense import Tense

COLUMNS = {
    "number": r"序号|编号|No\.?|次序",
    "category": r"类别|分类|领域|板块|项目类别|攻坚(?:行动|方向)?|一级指标|大类|方面",
    "task": r"(?:主要|重点|具体|年度|目标|工作|攻坚|细化|分解)*(?:任务|工作|事项|项目|举措|措施)(?:名称|内容|分解"
    "|清单|事项|要点)?|工作要点|指标(?:名称|内容)?|考核指标|二级指标|内容|名称",
    "target": r"(?:年度|工作|全年|预期|主要|计划|任务|考核|量化|进度|阶段性?|\d{4}年)*(?:目标|目标值|任务目标"
    "|指标值|目标要求|目标任务|工作要求|进度要求|任务数|计划数|目标数|工作目标|完成标准|预期成效|成果)(?:要求|值"
    "|任务)?",
    "unit": r"(?:计量)?单位",
    "lead": r"(?:牵头|主办|主责|第一责任|主要责任)(?:责任)?(?:单位|部门)",
    "owner": r"(?:责任|落实|承办|实施|完成|主管|负责)(?:单位|部门|科室|处室|主体)(?:及责任人)?",
    "co": r"(?:配合|协办|协同|参与|协助)(?:责任)?(?:单位|部门)",
    "leader": r"(?:责任|分管|牵头|挂钩|包联|挂帅|主管|挂点|包保)(?:县|区|市|委)?(?:领导|负责人)|责任人|负责人|领导",
    "due": r"(?:完成|办结|截止|计划完成|完成的)?(?:时限|时间|期限|时间节点|节点|日期|时间要求|进度时限|时限要求)",
}
_COLUMNS = {role: re.compile(rf"(?:{pattern})") for role, pattern in COLUMNS.items()}
_ORDER = ("number", "lead", "co", "owner", "leader", "due", "target", "task", "category", "unit")
_LONG_TERM = re.compile(r"长期|常态化|持续|全年(?:推进|坚持)|长期坚持")
_FIGURE_ALONE = re.compile(
    r"\s*(?:不少于|不低于|不超过|不高于|至少|力争|确保|完成|达到?|超过?|突破|约|增长|提高|下降|降低|控制在|保持在|≥|>=|≤|<=|>|<)*"
    r"\s*[\d一二三四五六七八九十两百千][^,;。、]{0,11}"
)
"""A target that says how many but not of what."""
_BARE = re.compile(r"\s*(?:≥|>=|≤|<=|>|<)?\s*[\d.,]+\s*%?\s*")


def proposals(document: Document, folded: str, *, year: int | None) -> list[Proposal]:
    """The commitments of every task table of the document; other tables give none."""
    page = Page(document.text, folded, year)
    found: list[Proposal] = []
    for table in document.tables:
        found += _table(page, table)
    return found


def _words(page: Page, cell: Cell) -> str:
    return re.sub(r"\s+", "", page.folded[cell.start : cell.end])


def _header(page: Page, table: Table) -> tuple[int, dict[str, int]]:
    """The heading row (0-based) and the column of each role; an empty mapping where this is no table of tasks."""
    for index, row in enumerate(table.rows[:4]):
        roles: dict[str, int] = {}
        for column, cell in enumerate(row):
            words = re.sub(r"\(.*?\)", "", _words(page, cell))
            role = next((r for r in _ORDER if r not in roles and _COLUMNS[r].fullmatch(words)), None)
            if role:
                roles[role] = column
        if (
            ("task" in roles or "target" in roles)
            and roles.keys() & {"lead", "owner", "leader", "due", "target", "number"}
            and len(roles) >= 2
        ):
            roles.setdefault("task", roles.get("target", 0))
            return index, roles
    return 0, {}


def _table(page: Page, table: Table) -> list[Proposal]:
    head, roles = _header(page, table)
    if not roles:
        return []
    found: list[Proposal] = []
    for row in table.rows[head + 1 :]:
        cells = {role: row[column] for role, column in roles.items() if column < len(row)}
        spoken = [cells[role] for role in ("target", "task") if role in cells and _words(page, cells[role])]
        if not spoken:
            continue
        owners: list[str] = []
        for role in ("lead", "owner", "co"):
            if role in cells:
                owners += [unit for unit in units(_raw(page, cells[role])) if unit not in owners]
        leader = "、".join(people(_raw(page, cells["leader"]))) if "leader" in cells else ""
        due = _due(page, cells["due"]) if "due" in cells else None
        for proposal in _row(page, cells):
            found.append(
                replace(
                    proposal,
                    owners=tuple(owners),
                    leader=leader,
                    deadline=due[0] if due and proposal.deadline in (None, YEAR_END) else proposal.deadline,
                    reason=proposal.reason + ",取自任务表" if proposal.reason else "取自任务表",
                )
            )
    return found


def _raw(page: Page, cell: Cell) -> str:
    return page.text[cell.start : cell.end]


def _due(page: Page, cell: Cell) -> tuple[str | None] | None:
    """The time limit of a row, wrapped; None where the cell says nothing, (None,) for 长期坚持."""
    words = _words(page, cell)
    if not words:
        return None
    if _LONG_TERM.search(words):
        return (None,)
    if match := re.fullmatch(r"(20\d\d)[年./-](\d{1,2})(?:[月./-](\d{1,2})?日?)?(?:底|前|底前)?", words):
        year, month, day = int(match.group(1)), int(match.group(2)), match.group(3)
        if 1 <= month <= 12 and (page.year is None or year == page.year):
            stated = deadline(f"{month}月{day}日" if day else f"{month}月底", year=page.year)
            return (stated,) if stated else None
    if match := re.fullmatch(r"(\d{1,2})月", words):
        stated = deadline(f"{match.group(1)}月底", year=page.year)
        return (stated,) if stated else None
    stated = deadline(words, year=page.year)
    if stated is None and re.match(r"20\d\d年$", words):
        stated = YEAR_END
    return (stated,) if stated else None


def _row(page: Page, cells: dict[str, Cell]) -> list[Proposal]:
    """What one row promises: the figures of its target cell, else those of its task cell, else the task itself."""
    for role in ("target", "task"):
        if role not in cells or not _words(page, cells[role]):
            continue
        cell = cells[role]
        bare = role == "target" and _BARE.fullmatch(page.folded[cell.start : cell.end])
        if bare and (proposal := _bare(page, cells)):
            return [proposal]
        if role == "target" and (proposal := _together(page, cells)):
            return [proposal]
        spoken = _read(page, cell)
        hard = [p for p in spoken if p.kind in (Kind.QUANTITY, Kind.RATE, Kind.RANK, Kind.ROSTER)]
        if hard or spoken:
            return hard or spoken
    cell = cells.get("task") or cells["target"]
    start, end = _stripped(page, cell)
    words = page.text[start:end]
    if end - start < 4:
        return []
    done = re.search(
        r"完成|建成|竣工|开工|投用|编制|出台|制定|创建|验收|通车|启动|(?:[站厂馆院校园场路桥库]|中心|项目|工程)建设",
        page.folded[start:end],
    )
    return [
        Proposal(
            start=start,
            end=end,
            text=words,
            kind=Kind.MILESTONE if done else Kind.ROUTINE,
            metric=words,
            deadline=YEAR_END if done else None,
            modality=modality(page.folded[start:end]),
            confidence=0.7,
            reason="任务表中没有数字的一项任务",
        )
    ]


def _together(page: Page, cells: dict[str, Cell]) -> Proposal | None:
    """A row whose target says only how many (30家, 不少于12个): task and target are read as one sentence."""
    cell, task = cells["target"], cells.get("task")
    if task is None or task == cell or not _FIGURE_ALONE.fullmatch(page.folded[cell.start : cell.end]):
        return None
    (a, b), (c, d) = _stripped(page, task), _stripped(page, cell)
    joint = Page(page.text[a:b] + page.text[c:d], page.folded[a:b] + page.folded[c:d], page.year)
    spans = (PassageSpan(start=0, end=len(joint.text), level=Level.SENTENCE),)
    spoken = grammar.on_page(joint, spans, {0: Tense.COMING}, barred=[])
    hard = [p for p in spoken if p.kind in (Kind.QUANTITY, Kind.RATE) and p.end > b - a]
    if len(hard) != 1:
        return None
    start = a if 0 <= c - b <= 2 else c
    metric = hard[0].metric if len(hard[0].metric) >= 3 else page.text[a:b]
    return replace(hard[0], start=start, end=d, text=page.text[start:d], metric=metric)


def _stripped(page: Page, cell: Cell) -> tuple[int, int]:
    start, end = cell.start, cell.end
    lead = re.match(r"\s*(?:\d{1,2}[、)]|\d{1,2}\.(?!\d)|\(\d{1,2}\)|[①-⑳])?\s*", page.folded[start:end])
    start += lead.end() if lead else 0
    while end > start and (page.folded[end - 1].isspace() or page.folded[end - 1] in "。;"):
        end -= 1
    return start, end


def _read(page: Page, cell: Cell) -> list[Proposal]:
    """The cell read as running text of the coming year."""
    spans, position = [], cell.start
    for match in re.finditer(r"[。\n]", page.folded[cell.start : cell.end]):
        spans.append((position, cell.start + match.end()))
        position = cell.start + match.end()
    spans.append((position, cell.end))
    passages = tuple(PassageSpan(start=a, end=b, level=Level.SENTENCE) for a, b in spans if page.folded[a:b].strip())
    tenses = dict.fromkeys(range(len(passages)), Tense.COMING)
    return grammar.on_page(page, passages, tenses, barred=[])


def _bare(page: Page, cells: dict[str, Cell]) -> Proposal | None:
    """A row whose target is a bare number: the metric stands in the task cell, the unit beside it or in brackets."""
    cell, task = cells["target"], cells.get("task")
    if task is None or task == cell:
        return None
    words = page.folded[cell.start : cell.end]
    figure = re.search(r"[\d.,]*\d", words)
    if figure is None:
        return None
    try:
        value = Decimal(figure.group().replace(",", ""))
    except ArithmeticError:
        return None
    name = page.folded[task.start : task.end].strip()
    bracket = re.search(r"\(([^()]{1,8})\)$", name)
    unit = (
        _words(page, cells["unit"])
        if "unit" in cells
        else bracket.group(1)
        if bracket
        else "%"
        if "%" in words
        else None
    )
    signs = {
        "≥": Comparator.AT_LEAST,
        ">=": Comparator.AT_LEAST,
        "≤": Comparator.AT_MOST,
        "<=": Comparator.AT_MOST,
        ">": Comparator.ABOVE,
    }
    comparator = next((sign for mark, sign in signs.items() if mark in words), Comparator.EQUAL)
    start, end = _stripped(page, cell)
    rate = "%" in words or unit == "%"
    metric = page.text[task.start : task.end].strip()
    return Proposal(
        start=start,
        end=end,
        text=page.text[start:end],
        kind=Kind.RATE if rate else Kind.QUANTITY,
        metric=re.sub(r"[((][^()()]{1,8}[))]$", "", metric),
        comparator=comparator,
        value=value,
        unit="%" if rate else unit,
        deadline=YEAR_END,
        confidence=0.85 if unit else 0.6,
        reason="任务表中的目标数",
    )
