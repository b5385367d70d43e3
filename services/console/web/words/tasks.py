"""Tasks (监管任务): states, verbs, clocks and how their days were counted, what pressing asks."""

from console.web.language import said

STATES = {
    "PENDING_CLAIM": said("待认领"),
    "CLAIMED": said("已认领"),
    "RETURNED": said("已退回"),
    "DISPUTED": said("争议"),
    "PLANNED": said("已排期"),
    "INSPECTING": said("检查中"),
    "RECTIFYING": said("整改中"),
    "REFERRED": said("已移送"),
    "CLOSED": said("已办结"),
    "CANCELLED": said("已撤销"),
}
_CLOCKS = {
    "CLAIM": said("认领时限"),
    "FIRST_CHECK": said("首检时限"),
    "FEEDBACK": said("反馈时限"),
    "COMMITMENT_CHECK": said("承诺核查时限"),
    "ROUTE": said("改派时限"),
    "ARBITRATION": said("裁定时限"),
    "RECTIFY": said("整改时限"),
    "PUBLICISE": said("公示时限"),
    "RUNNING": said("计时中"),
    "STOPPED": said("中止"),
    "MET": said("已完成"),
    "VOID": said("已作废"),
}
_VERBS = {
    "claim": said("认领"),
    "auto_claim": said("自动认领"),
    "return": said("退回"),
    "route": said("改派"),
    "dispute": said("提出争议"),
    "arbitrate": said("裁定"),
    "transfer": said("转办"),
    "hand_over": said("交接"),
    "plan": said("排期"),
    "start": said("到场开始"),
    "inspect": said("登记检查"),
    "conclude": said("检查并办结"),
    "rectify": said("责令整改"),
    "report": said("报告整改完成"),
    "verify": said("复查"),
    "refer": said("移送执法"),
    "supplement": said("要求补充材料"),
    "penalise": said("登记处罚结果"),
    "feed_back": said("反馈审批"),
    "close": said("办结"),
    "cancel": said("撤销"),
    "narrow": said("减去事项"),
}
_REASONS = {
    "INSPECTED": said("检查办结"),
    "RECTIFIED": said("整改合格"),
    "PENALISED": said("处罚办结"),
    "NO_PENALTY": said("不予处罚"),
    "POOLED": said("已纳入双随机抽查"),
    "DOCUMENT_CHECKED": said("书面核查通过"),
    "CEASED": said("已停止经营"),
    "NOT_FOUND": said("查无下落"),
    "OTHER": said("其他"),
}
_DAYS = {
    "START": said("起算日"),
    "REST": said("休息日"),
    "HOLIDAY": said("节假日"),
    "MAKE_UP": said("调休上班"),
    "PROVISIONAL": said("暂定"),
    "DUE": said("到期日"),
}
_CHECKS = {
    "PASS": said("合格"),
    "PASS_WITH_CONDITIONS": said("基本合格（责令改正）"),
    "FAIL": said("不合格"),
    "NOT_CHECKED": said("未检查"),
    "NOT_APPLICABLE": said("合理缺项"),
    "CRITICAL": said("严重"),
    "SERIOUS": said("较重"),
    "MINOR": said("轻微"),
    "ROUTINE": said("日常监管"),
    "COMMITMENT": said("承诺核查"),
    "CESSATION": said("停止经营核查"),
    "RANDOM": said("双随机抽查"),
    "ON_SITE": said("现场检查"),
    "DOCUMENT": said("书面核查"),
    "REMOTE": said("非现场检查"),
    "RANDOM_POOL": said("纳入双随机抽查"),
}
_PRESSING = {
    "RED": said("红牌"),
    "YELLOW": said("黄牌"),
    "URGE": said("催办"),
    "ESCALATE": said("督办"),
    "urge": said("催办"),
    "escalate": said("督办"),
}
_SIGNERS = {"OFFICER": said("执法人员"), "PARTY": said("被检查人（当事人）"), "WITNESS": said("见证人")}
WORDS = STATES | _CLOCKS | _VERBS | _REASONS | _DAYS | _CHECKS | _PRESSING | _SIGNERS
