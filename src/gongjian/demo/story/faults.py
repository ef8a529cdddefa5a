"""注入问题: the faults planted in the demo zone on purpose, so that everybody can see how they come to light."""

from __future__ import annotations

import sys

from gongjian.demo.story.shapes import FaultStory

FAULTS = (
    FaultStory(
        code="start-without-permit",
        description="玄枢智控6月自报已开工,但没有施工许可证,只能算自报,不能算已核实开工。",
        where="重大项目开工台账:玄枢智控;6月填报",
        seen_by="承诺页显示自报2个、有佐证1个",
    ),
    FaultStory(
        code="duplicate-enterprise",
        description="同一家企业以全称和简称登记了两次,第二次的信用代码有两位录颠倒;高企申报填报把它算成两家。",
        where="企业台账:第41行与第42行(从1数起);高企申报6月填报62家,台账61家",
        seen_by="第二条的信用代码校验码不符,去掉地名和组织形式后名称相同",
    ),
    FaultStory(
        code="deregistered-but-counted",
        description="企业已于2025年3月14日注销,5月仍被计入高企申报。",
        where="企业台账:第61行;高企申报台账",
        seen_by="注销日期早于申报日期",
    ),
    FaultStory(
        code="wrong-check-digit",
        description="少数企业的统一社会信用代码校验码不符,系统提示而不拦截。",
        where="企业台账:第42、138、338、538、738、938、1138行",
        seen_by="企业页的校验提示",
    ),
    FaultStory(
        code="returned-evidence",
        description="5月填报的海外人才6人因其中2人的工作许可由外市签发被退回,退回的数不计入已核实。",
        where="承诺“力争全年引进海外人才30人以上”:5月填报",
        seen_by="填报记录显示退回原因,态势回到上一个有效数",
    ),
    FaultStory(
        code="receipt-after-claim",
        description="一家企业5月20日自报已申报,回执上的受理日期却是6月9日,申报日期应以回执为准。",
        where="高企申报台账:备注“回执日期晚于自报日期”的一条",
        seen_by="回执日期与阶段日期对不上",
    ),
    FaultStory(
        code="reported-above-register",
        description="科创项目6月填报49个,台账里达到认定阶段的只有47个:2个还在公示期。",
        where="承诺“力争新增市级认定科创项目81个”:6月填报",
        seen_by="承诺页并列显示填报数与台账数",
    ),
    FaultStory(
        code="application-without-receipt",
        description="台账61家已申报,其中1家没有上传回执,只算自报。",
        where="高企申报台账:备注“回执未传”的一条",
        seen_by="承诺页显示自报61家、有佐证60家",
    ),
    FaultStory(
        code="just-under-the-line",
        description="一个技改项目设备投入999.6万元,被填报当作1000万元以上,差0.4万元不能计入。",
        where="技改项目台账:设备投入999.6万元的一条;6月填报14个,台账13个",
        seen_by="承诺页并列显示填报数与台账数,差额1个",
    ),
    FaultStory(
        code="late-entry",
        description="一个科创项目4月28日认定,6月12日才录入:按发生日期计入4月,5月印发的通报里没有它。",
        where="科创项目台账:备注“补录”的一条",
        seen_by="同一日期、两个知晓时点的数不同",
    ),
    FaultStory(
        code="never-reported",
        description="农业农村局对和美乡村建设半年没有填报过一次。",
        where="承诺“和美乡村建设再添力度”",
        seen_by="态势显示无数据",
    ),
    FaultStory(
        code="dead-duty",
        description="土壤污染重点监管单位名单自3月28日更新后再无动作,已超过60天。",
        where="承诺“土壤污染重点监管单位名单动态管理”",
        seen_by="常态工作显示停滞",
    ),
    FaultStory(
        code="missing-evidence",
        description="高层次人才项目6月自报8个,有佐证的只到5个,3个缺合作协议。",
        where="承诺“新增高层次人才项目全年不少于15个”:6月填报",
        seen_by="承诺页显示自报8、已核实5",
    ),
    FaultStory(
        code="yuan-for-ten-thousand",
        description="一家企业2024年度的销售收入把元填成了万元,比上年大一万倍左右。",
        where="企业年度数据台账:第64家企业2024年度",
        seen_by="该行提示“可能把元和万元弄混了”",
    ),
    FaultStory(
        code="part-above-whole",
        description="一家企业2024年度的境内研发费用超过了研发费用总额。",
        where="企业年度数据台账:第65家企业2024年度",
        seen_by="该行提示境内研发费用超过研发费用总额",
    ),
    FaultStory(
        code="unbalanced-accounts",
        description="一家企业2024年度的净资产不等于资产减负债,差600万元。",
        where="企业年度数据台账:第68家企业2024年度",
        seen_by="该行提示两者应相等",
    ),
    FaultStory(
        code="abnormal-yet-certified",
        description="一家企业2025年2月18日列入经营异常名录,手里仍有有效的高企证书。",
        where="企业台账:第76行;资质认定台账",
        seen_by="企业页的信用一栏与资质认定并列",
    ),
    FaultStory(
        code="two-reports-missed",
        description="一家高企在证书有效期内累计缺报两次年报,按规定应取消资格,台账里还没有撤销日期。",
        where="资质认定台账:第3家企业的高企证书",
        seen_by="该行提示“按规定应取消高企资格”",
    ),
    FaultStory(
        code="wrong-industry-code",
        description="一家企业的行业代码填的是软件业,行业名称却不是。",
        where="企业台账:第89行",
        seen_by="企业页提示行业代码与行业不一致",
    ),
    FaultStory(
        code="vacant-above-total",
        description="一处厂房的空置面积比总面积还大500平方米。",
        where="载体地块台账:霁华路标准厂房2号",
        seen_by="该行提示空置面积超过总面积",
    ),
    FaultStory(
        code="mistyped-birthday",
        description="一名人才的出生日期与身份证号码差一天。",
        where="人员台账:YH-0009",
        seen_by="该行提示出生日期与身份证号码不一致",
    ),
    FaultStory(
        code="miswritten-number",
        description="一份文件的文号写成“07号”,公文格式国家标准规定序号不编虚位。",
        where="文件台账:关于鼓励企业技术改造的实施细则",
        seen_by="该行提示文号写法不合规定",
    ),
)


def page() -> str:
    """The list of planted faults as a Markdown page; docs/demo-faults.md is this text."""
    heads = ("代号", "问题", "在哪里", "怎样看出来")
    rows = [(f"`{fault.code}`", fault.description, fault.where, fault.seen_by) for fault in FAULTS]
    table = ["| " + " | ".join(cells) + " |" for cells in (heads, ("---",) * len(heads), *rows)]
    intro = (
        "演示园区(`gongjian demo`)的数据全部虚构,并且故意不完美:约15%的事实缺失,约三成企业处在规上门槛附近,"
        "另外埋入了下列问题。每一条都有测试证明它确实在库里(tests/demo/test_faults.py)。"
        "本页由 `python -m gongjian.demo.story.faults` 生成。"
    )
    return "\n".join(["# 演示园区里故意埋入的问题", "", intro, "", *table, ""])


if __name__ == "__main__":
    sys.stdout.write(page())
