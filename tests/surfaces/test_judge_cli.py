"""The command line of the rulebooks, end to end: exact JSON, exit codes, and a full sentence for every bad input."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.kernel.people.cast import AT, TODAY, Cast, make_cast
from tests.kernel.registers.entries import enterprise
from tests.kernel.rulebooks.test_keeping import add, firm_with_returns
from typer.testing import CliRunner, Result

from gongjian.ground.intellectual_property import IntellectualProperty
from gongjian.kernel.rulebooks.models import Judgement, Override
from gongjian.kernel.rulebooks.states import State
from gongjian.surfaces.cli import app

DAY = ["--as-of", "2026-11-22"]
runner = CliRunner()


def run(*words: str) -> Result:
    return runner.invoke(app, list(words))


def printed(*words: str) -> Any:
    done = run(*words)
    assert (done.exit_code, done.stderr) == (0, "")
    return json.loads(done.stdout)


def refused(*words: str) -> str:
    done = run(*words)
    assert (done.exit_code, done.stdout) == (2, "")
    return done.stderr.strip()


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def firm_with_a_right(cast: Cast) -> Any:
    """One that lacks nothing that is known but scientists: 39 of 400."""
    firm = firm_with_returns(cast)
    add(
        IntellectualProperty, by=cast.clerk, enterprise=firm, number="ZL1", name="涂布", kind="invention",
        legal_status="valid", granted_on=date(2023, 1, 5), supports_product=True, acquisition="self",
    )  # fmt: skip
    return firm


# Facts from a file: no database is asked (these tests are not allowed one)


def test_facts_of_a_file_as_exact_json(tmp_path: Path) -> None:
    path = tmp_path / "企业.csv"
    path.write_text("企业名称,cloud_star_4,cloud_star_5\n云岫机电,是,否\n青岚材料,否,否\n", encoding="utf-8-sig")
    same = {"rulebook": "cloud-star-5", "edition": "2021"}
    open_ = {"cloud": {"state": "ungraded"}, "one_class": {"state": "ungraded"}, "evaluation": {"state": "open"}}
    assert printed("judge", "cloud-star-5", "--facts", str(path), "--json", *DAY) == [
        {
            "企业名称": "云岫机电", **same, "verdict": "needs_diagnosis",
            "criteria": {"sequence": {"state": "met"}, **open_}, "gaps": [],
        },
        {
            "企业名称": "青岚材料", **same, "verdict": "not_met",
            "criteria": {"sequence": {"state": "unmet"}, **open_}, "gaps": [],
        },
    ]  # fmt: skip


def test_gaps_of_a_file_as_exact_json(tmp_path: Path) -> None:
    path = tmp_path / "企业.csv"
    path.write_text("credit_code,staff_avg,tech_staff_avg,established_on\nX1,400,39,2025-11-23\n", encoding="utf-8")
    (found,) = printed("judge", "high-tech", "--facts", str(path), "--json", *DAY)
    assert (found["credit_code"], found["verdict"], found["score"]) == ("X1", "not_met", [0, 100])
    assert found["gaps"] == [
        {"criterion": "age", "lever": "等待", "amount": "1", "unit": "天"},
        {"criterion": "tech_staff", "lever": "现有职工转为科技人员(职工总数不变)", "amount": "1", "unit": "人"},
        {"criterion": "tech_staff", "lever": "新增科技人员(职工总数同增)", "amount": "2", "unit": "人"},
    ]
    assert printed("judge", "high-tech", "--facts", str(path), "--json", "--as-of", "2026-11-23")[0]["criteria"][
        "age"
    ] == {"state": "met"}


def test_without_json_the_verdicts_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "企业.csv"
    path.write_text("id,staff_avg,tech_staff_avg\n1,400,39\n2,400,40\n3,,\n", encoding="utf-8")
    done = run("judge", "high-tech", "--facts", str(path), *DAY)
    assert (done.exit_code, done.stdout) == (0, "needs_data\t2\nnot_met\t1\n")


def test_a_column_that_the_rulebook_does_not_ask_about_is_named(tmp_path: Path) -> None:
    path = tmp_path / "企业.csv"
    path.write_text("id,staff_avg,tech_staff\n1,400,39\n", encoding="utf-8")
    done = run("judge", "high-tech", "--facts", str(path), *DAY)
    assert (done.exit_code, done.stdout) == (0, "needs_data\t1\n")
    assert done.stderr == "“tech_staff”列(科技人员数):“高新技术企业”不看这个事实,没有计入。\n"
    path.write_text("id,tech_staff\n1,39\n", encoding="utf-8")
    assert refused("judge", "high-tech", "--facts", str(path), *DAY) == (
        "文件 企业.csv 里没有一列是“高新技术企业”要看的事实。"
        "请用 gongjian judge high-tech --explain 查看要看哪些事实,把它们的名称作为表头。"
    )


def test_a_file_of_heads_alone_says_that_nobody_was_judged(tmp_path: Path) -> None:
    path = tmp_path / "企业.csv"
    path.write_text("id,staff_avg\n", encoding="utf-8")
    assert run("judge", "high-tech", "--facts", str(path), *DAY).stdout.startswith("没有可测算的行:")
    assert printed("judge", "high-tech", "--facts", str(path), "--json", *DAY) == []


def test_an_alert_of_a_file_is_told_beside_the_verdict(tmp_path: Path) -> None:
    path = tmp_path / "企业.csv"
    path.write_text("id,net_assets_1,net_assets_2,net_assets_3\n1,40,20,-10\n2,40,20,10\n", encoding="utf-8")
    found = printed("judge", "high-tech", "--facts", str(path), "--json", *DAY)
    assert [one["alerts"] for one in found] == [["negative_assets"], []]
    assert found[0]["items"]["assets_growth"] == [0, 0]


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("nowhere.csv", None, "没有这个文件。请核对文件的名称和所在文件夹。"),
        ("空.csv", b"", "文件是空的,或者第一行没有表头。"),
        ("两头.csv", b"id,staff_avg,staff_avg\n1,2,3\n", "表头“staff_avg”出现了2次。"),
        ("编码.csv", "id,staff_avg\n1,400\n".encode("utf-16"), "这不是文本文件(可能是 xlsx 改了扩展名)。"),
        ("中文.csv", "id,全年月平均职工数\n1,400\n".encode(), "这一事实的表头请写“staff_avg”。"),
    ],
)
def test_a_file_that_cannot_be_judged_is_refused_in_full_sentences(
    tmp_path: Path, name: str, data: bytes | None, says: str
) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    told = refused("judge", "high-tech", "--facts", str(tmp_path / name), "--json", *DAY)
    assert says in told and told.endswith("。") and "Traceback" not in told


def test_people_are_judged_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "人员.csv"
    path.write_text("id,age\n1,62\n", encoding="utf-8")
    (found,) = printed("judge", "work-permit-b", "--facts", str(path), "--json", *DAY)
    assert found["rulebook"] == "work-permit-b"


def test_explain_lists_criteria_facts_and_figures() -> None:
    done = run("judge", "high-tech", "--explain", *DAY)
    assert (done.exit_code, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "高新技术企业(high-tech,2016版)"
    (staff,) = (line for line in lines if line.startswith("  tech_staff  "))
    assert staff.startswith("  tech_staff  科技人员占比(第十一条(四)):") and staff.endswith("不低于10%")
    assert "  tech_staff_share  科技人员占职工总数比例 = 10%  国科发火〔2016〕32号 办法第十一条(四)[有出处]" in lines
    assert "  negative_assets  净资产为负数(工作指引三(六):企业成长性):" in done.stdout
    assert "      mgmt_a  研发制度、投入核算与辅助账(最高6分):0至6分(由问诊评定)" in lines
    assert "  established_on  成立日期(日期,如2026-06-30)  [台账“企业”]" in lines
    heads = [line.split()[0] for line in lines[lines.index("事实(CSV的表头)") + 1 : lines.index("参数") - 1]]
    assert {"staff_avg", "filing_on", "ip_advance"} <= set(heads) and len(heads) == len(set(heads)) == 37


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("judge", "hi-tech"), "没有名为“hi-tech”的标准。现有的标准:"),
        (("judge", "high-tech", "--as-of", "2015-12-31"), "“高新技术企业”在2015-12-31没有施行中的版本,最早的一版自2016-01-01起施行。"),
        (("judge", "high-tech", "--as-of", "昨天"), "日期“昨天”写法不对。请写成 2025-06-30。"),
    ],
)  # fmt: skip
def test_a_wrong_rulebook_or_day_is_refused(tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    path = tmp_path / "企业.csv"
    path.write_text("id,staff_avg\n1,400\n", encoding="utf-8")
    assert refused(*words, "--facts", str(path), "--json").startswith(says)
    assert refused(*words, "--explain").startswith(says)


def test_a_wrong_cell_is_refused_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "企业.csv"
    path.write_text("id,staff_avg\n1,400\n2,四百\n", encoding="utf-8")
    assert refused("judge", "high-tech", "--facts", str(path), "--json", *DAY) == (
        "第3行“staff_avg”列:“全年月平均职工数”(staff_avg)的值“四百”不能用:这里要填数字(人),至多4位小数,"
        "绝对值不超过1,000,000,000。请改正后重新测算;没有数据请留空,不要填0。"
    )


# Registers


def test_all_enterprises_with_an_officers_decision(cast: Cast) -> None:
    firm = firm_with_a_right(cast)
    other = enterprise(by=cast.clerk, unit=cast.science, number=2)
    day = ["--as-of", TODAY.isoformat()]
    before = {row["id"]: row for row in printed("judge", "high-tech", "--json", *day)}
    assert {pk: row["verdict"] for pk, row in before.items()} == {firm.pk: "not_met", other.pk: "not_met"}
    assert [name for name, one in before[firm.pk]["criteria"].items() if one["state"] == "unmet"] == [
        "tech_staff",
        "score",
    ]
    for criterion in ("tech_staff", "score"):
        Override.objects.create(
            rulebook="high-tech", entry=firm.pk, criterion=criterion, state=State.MET, reason="社保名册核对", by=cast.leader,
            at=AT, expires_on=date(2099, 1, 1),
        )  # fmt: skip
    after = {row["id"]: row for row in printed("judge", "high-tech", "--json", *day)}
    assert after[firm.pk]["criteria"]["tech_staff"] == {"state": "met", "decided_by": cast.leader.name}
    assert (after[firm.pk]["verdict"], after[other.pk]) == ("needs_data", before[other.pk])
    assert not Judgement.objects.exists()


def test_the_gap_of_one_enterprise_in_sentences_and_as_json(cast: Cast) -> None:
    firm = firm_with_a_right(cast)
    words = ["gap", "high-tech", firm.credit_code, "--as-of", TODAY.isoformat()]
    done = run(*words)
    assert (done.exit_code, done.stderr) == (0, "")
    first, second, *rest = done.stdout.splitlines()
    assert first == f"{firm.credit_code} 对照 高新技术企业(国科发火〔2016〕32号、195号,截至{TODAY}):不符合"
    assert second.startswith("[不符合] 科技人员占比(第十一条(四)) 要求:") and "9.75%" in second
    assert rest[0] == "    → 现有职工转为科技人员(职工总数不变)1人即符合,其他数据不变。"
    found = printed(*words, "--json")
    assert list(found)[:6] == ["credit_code", "rulebook", "edition", "as_of", "verdict", "criteria"]
    assert (found["credit_code"], found["as_of"], found["verdict"]) == (firm.credit_code, str(TODAY), "not_met")
    assert found["criteria"]["tech_staff"]["state"] == "unmet"
    assert found["criteria"]["tech_staff"]["remedies"][1] == "新增科技人员(职工总数同增)2人即符合,其他数据不变。"
    assert found["criteria"]["rd_domestic"]["missing"][0] == "rd_domestic_1"
    assert found["gaps"] == [
        {"criterion": "tech_staff", "lever": "现有职工转为科技人员(职工总数不变)", "amount": "1", "unit": "人"},
        {"criterion": "tech_staff", "lever": "新增科技人员(职工总数同增)", "amount": "2", "unit": "人"},
    ]


def test_the_gap_of_a_patent_goes_by_its_number(cast: Cast) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    add(
        IntellectualProperty, by=cast.clerk, enterprise=firm, number="ZL202010000001.1", name="辊压", kind="utility",
        legal_status="valid", granted_on=date(2021, 1, 5), acquisition="self",
    )  # fmt: skip
    found = printed("gap", "valuable-patent", "ZL202010000001.1", "--as-of", TODAY.isoformat(), "--json")
    assert (found["number"], found["verdict"]) == ("ZL202010000001.1", "not_met")
    assert (found["criteria"]["invention"]["state"], found["criteria"]["valid"]["state"]) == ("unmet", "met")


def test_a_subject_that_is_not_there_and_people_are_refused(cast: Cast) -> None:
    assert refused("gap", "high-tech", "91320800MA0000009X", *DAY) == (
        "“企业”台账里没有统一社会信用代码为“91320800MA0000009X”的记录。请核对统一社会信用代码,或先登记到“企业”台账。"
    )
    assert refused("gap", "hi-tech", "91320800MA0000009X", *DAY).startswith("没有名为“hi-tech”的标准。")
    assert refused("gap", "work-permit-a", "P1", *DAY) == (
        "“外国人来华工作许可A类”按个人信息测算,命令行不逐人查询。"
        "请登录后在人员页面说明用途再查询,或用文件测算(gongjian judge RULEBOOK --facts FILE.csv)。"
    )
    assert refused("judge", "work-permit-a", "--json", *DAY).startswith(
        "“外国人来华工作许可A类”按个人信息测算,不能一次测算全部人员。"
    )
    assert not Judgement.objects.exists()


def test_a_wrong_rulebook_is_said_when_the_server_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    from gongjian.kernel.rulebooks import faults
    from gongjian.surfaces import cli, serve

    wrong = faults.Fault("rulebook trial (2026): nobody records the fact staff", "give it a source", "gongjian.E013")
    started: list[int] = []
    monkeypatch.setattr(faults, "every", lambda: iter([wrong]))
    monkeypatch.setattr(cli, "ready", lambda: None)
    monkeypatch.setattr(serve, "run", lambda **options: started.append(options["port"]))
    done = run("serve", "--port", "8977")
    assert (done.exit_code, started) == (0, [8977])
    assert done.stderr == "[gongjian.E013] rulebook trial (2026): nobody records the fact staff(give it a source)\n"
