"""国家知识产权优势企业: a readiness profile only; no official threshold in figures is published, so nobody is ever “ready”."""

from __future__ import annotations

from datetime import date

from gongjian.ground import facts as f
from gongjian.ground import facts_platforms as p
from gongjian.ground import facts_sme as s
from gongjian.kernel.rulebooks.conditions import Flag, Review
from gongjian.kernel.rulebooks.rulebook import Rulebook, gate, shelve

CITES = "国知办函运字〔2022〕497号、〔2023〕572号"
PROFILE = "优势企业没有公布数量门槛,此项只供准备时参考。"

IP_ADVANTAGE = shelve(
    Rulebook(
        name="ip-advantage",
        label="国家知识产权优势企业(准备情况)",
        edition="2022",
        facts=f.FACTS,
        source="国知办函运字〔2022〕497号、〔2023〕572号",
        standard="ip-advantage",
        since=date(2022, 1, 1),
        gates=(
            gate(
                "strength",
                Review("区域内有一定影响力、知识产权优势突出", p.ip_is_strong),
                label="知识产权优势",
                cites=CITES,
            ),
            gate("test", Review("完成线上数字化测评", p.ip_test_done), label="线上测评", cites=CITES),
            gate(
                "quota",
                Review("省级按名额推荐、国家知识产权局审定"),
                label="推荐和审定",
                cites=CITES,
                note="没有公布可以测算的数量门槛,系统不会给出“可申报”的结论。",
            ),
        ),
        alerts=(
            gate("special", Flag(s.zjtx_valid), label="专精特新中小企业(优先)", cites=CITES, note=PROFILE),
            gate("inventions", p.valid_inventions > 0, label="有有效发明专利", cites=CITES, note=PROFILE),
            gate("valuable", s.class1_highvalue > 0, label="有高价值Ⅰ类知识产权", cites=CITES, note=PROFILE),
            gate("self_made", s.class1_self > 0, label="有自主研发的Ⅰ类知识产权", cites=CITES, note=PROFILE),
            gate("standard", Flag(s.led_standard_5y), label="近五年主导制定标准", cites=CITES, note=PROFILE),
        ),
        not_encoded={
            "施行日期": "两份通知的日期未查到,按2022年度起计。",
            "数量门槛": "公开文件没有数量门槛,不编造;准备情况只列有无,不作结论。",
            "示范企业": "示范企业须为优势企业且培育满三年,按当年通知办理,未编码。",
            "年度考核": "连续两年未参加年度考核的不再复核,考核结果没有台账记录,未编码。",
        },
    )
)
