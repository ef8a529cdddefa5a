"""The command line: what a script sees, and a full sentence with a non-zero exit for every bad input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gongjian.kernel import clock
from gongjian.kernel.people.models import Officer, Unit
from gongjian.kernel.plan.models import Commitment, Plan
from gongjian.kernel.registers.actions import create
from gongjian.kernel.registers.declare import REGISTERS
from gongjian.surfaces.cli import app

PLAN = (
    "一、攻坚科技创新\n做强高企队伍。逐家问诊,确保完成20家高企申报。\n"
    "二、攻坚基层治理\n做优乡村面貌。确保主要农作物耕种收综合机械化率达98%。\n"
)
runner = CliRunner()


@pytest.fixture
def plan_file(tmp_path: Path) -> Path:
    """A small plan as a text file."""
    path = tmp_path / "要点.txt"
    path.write_text(PLAN, encoding="utf-8", newline="")
    return path


def test_read_prints_the_golds_keys_with_offsets_of_the_file(plan_file: Path) -> None:
    done = runner.invoke(app, ["read", str(plan_file), "--json", "--year", "2025"])
    assert done.exit_code == 0
    rows = json.loads(done.stdout)
    filed = next(row for row in rows if row["value"] == 20)
    keys = {"start", "end", "text", "kind", "metric", "comparator", "value", "value2", "unit", "deadline", "named"}
    assert keys | {"modality", "confidence"} <= set(filed)
    assert PLAN[filed["start"] : filed["end"]] == filed["text"] == "确保完成20家高企申报"
    assert (filed["kind"], filed["unit"], filed["deadline"], filed["modality"]) == (
        "quantity",
        "家",
        "year_end",
        "must",
    )


def test_read_text_prints_the_text_unchanged(plan_file: Path) -> None:
    assert runner.invoke(app, ["read", str(plan_file), "--text"]).stdout == PLAN


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("空.txt", b"", "空"),
        ("假.docx", b"PK\x03\x04not really", "docx"),
        ("图.pdf", b"not a pdf", "PDF"),
        ("表.xyz", b"abc", "xyz"),
    ],
)
def test_a_bad_file_is_refused_with_a_sentence(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    done = runner.invoke(app, ["read", str(path)])
    assert done.exit_code == 2
    assert done.stdout == ""
    assert says.lower() in done.stderr.lower()
    assert done.stderr.strip().endswith("。")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    done = runner.invoke(app, ["read", str(tmp_path / "没有.txt")])
    assert done.exit_code == 2
    assert "打不开文件" in done.stderr


@pytest.mark.django_db
def test_import_standing_and_why_walk_the_whole_chain(plan_file: Path) -> None:
    done = runner.invoke(app, ["plan", "import", str(plan_file), "--year", "2025", "--confirm-all", "--json"])
    assert done.exit_code == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["year"], said["version"], said["new"], said["confirmed"], said["proposed"]) == (2025, 1, True, 2, 0)
    table = json.loads(runner.invoke(app, ["standing", "--as-of", "2025-06-30", "--json"]).stdout)
    assert table["as_of"] == "2025-06-30"
    filed = next(row for row in table["standings"] if row["target"] == 20)
    assert (filed["verdict"], filed["actual"], filed["source"]) == ("no_data", None, "")
    assert filed["expected"] == pytest.approx(20 * 181 / 365, abs=1e-6)
    lines = runner.invoke(app, ["why", str(filed["id"]), "--as-of", "2025-06-30"]).stdout.splitlines()
    assert lines[0] == "原文  确保完成20家高企申报"
    assert any(line.startswith("指标  未绑定") for line in lines)


@pytest.mark.django_db
def test_the_same_file_twice_is_offered_as_the_existing_plan(plan_file: Path) -> None:
    command = ["plan", "import", str(plan_file), "--year", "2025"]
    assert runner.invoke(app, command).exit_code == 0
    again = runner.invoke(app, command)
    assert again.exit_code == 0
    assert "已经导入过" in again.stdout
    assert Plan.objects.count() == 1
    plan_file.write_text(PLAN.replace("20家", "24家"), encoding="utf-8", newline="")
    changed = runner.invoke(app, command)
    assert "原:逐家问诊,确保完成20家高企申报。" in changed.stdout
    assert "新:逐家问诊,确保完成24家高企申报。" in changed.stdout
    assert list(Plan.objects.order_by("version").values_list("version", flat=True)) == [1, 2]


@pytest.mark.django_db
def test_a_plan_without_a_year_asks_for_it(plan_file: Path) -> None:
    done = runner.invoke(app, ["plan", "import", str(plan_file)])
    assert done.exit_code == 2
    assert "请指定年度" in done.stderr
    assert Plan.objects.count() == 0
    assert Commitment.objects.count() == 0


@pytest.mark.django_db
def test_nothing_to_stand_on_is_said(plan_file: Path) -> None:
    done = runner.invoke(app, ["standing"])
    assert done.exit_code == 2
    assert "还没有启用的工作要点" in done.stderr
    unknown = runner.invoke(app, ["why", "999"])
    assert unknown.exit_code == 2
    assert "没有编号为 999 的承诺" in unknown.stderr
    assert runner.invoke(app, ["standing", "--as-of", "30.6."]).exit_code == 2


@pytest.mark.django_db
def test_user_add_prints_a_first_password_once() -> None:
    Unit.objects.create(name="科技人才局", short_name="科技局")
    done = runner.invoke(app, ["user", "add", "wangwu", "--name", "王五", "--role", "unit_officer", "--unit", "科技局"])
    assert done.exit_code == 0, done.stderr
    officer = Officer.objects.get(username="wangwu")
    password = done.stdout.split("初始密码 ")[1].split(" ")[0]
    assert officer.check_password(password)
    assert officer.must_change_password
    assert str(officer.unit) == "科技局"
    refused = runner.invoke(app, ["user", "add", "zhaoliu", "--name", "赵六", "--unit", "不存在的局"])
    assert refused.exit_code == 2
    assert not Officer.objects.filter(username="zhaoliu").exists()


@pytest.mark.django_db
def test_search_brings_the_index_up_to_date_and_makes_it_anew() -> None:
    supervisor = Officer.objects.create(username="du", name="督一", role="supervisor")
    values = {"credit_code": "91320800MA00000016", "name": "青禾精密有限公司"}
    create(register=REGISTERS["enterprise"], values=values, by=supervisor, at=clock.now(), today=date(2025, 6, 30))
    done = runner.invoke(app, ["search", "--rebuild"])
    assert (done.exit_code, done.stdout) == (0, "企业:1 行\n搜索索引已是最新。\n")
    assert runner.invoke(app, ["search"]).stdout == "搜索索引已是最新。\n"


def test_a_faulty_added_column_is_named_by_every_command(tmp_path: Path) -> None:
    (tmp_path / "columns.toml").write_text('[[enterprise]]\nname = "用电"\nlabel = "用电容量"\nkind = "decimal"\n')
    place = {**os.environ, "GONGJIAN_HOME": str(tmp_path), "DATABASE_URL": ""}
    code = "from gongjian.surfaces.cli import main; main()"
    command = [sys.executable, "-c", code, "standing"]
    ran = subprocess.run(command, env=place, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 2
    assert "自设栏目 [[enterprise]] 第1个:name“用电”不合规定。" in ran.stderr
