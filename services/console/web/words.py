"""Words (用词): every code the services answer, as people read it; docs/glossary.md has the same."""

from console.web.language import said

_STATES = {
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
_KINDS = {
    "NEW": said("新办"),
    "CHANGE": said("变更"),
    "RENEW": said("延续"),
    "EXPIRE": said("到期"),
    "WITHDRAW": said("撤回"),
    "ANNUL": said("撤销许可"),
    "REVOKE": said("吊销"),
    "CANCEL": said("注销"),
}
_PRESSING = {
    "RED": said("红牌"),
    "YELLOW": said("黄牌"),
    "URGE": said("催办"),
    "ESCALATE": said("督办"),
    "urge": said("催办"),
    "escalate": said("督办"),
}
_SERVICES = {"approval": said("审批"), "supervision": said("监管"), "credit": said("信用"), "console": said("控制台")}
_CREDIT = {
    "INSPECTION": said("抽查检查结果"),
    "PENALTY": said("行政处罚"),
    "COMMITMENT_BREACH": said("承诺违约"),
    "ABNORMAL_LIST": said("经营异常名录"),
    "SEVERE_LIST": said("严重失信主体名单"),
    "COMMENDATION": said("表彰"),
    "CLASS:MINOR": said("轻微"),
    "CLASS:GENERAL": said("一般"),
    "CLASS:SERIOUS": said("严重"),
    "CLASS:MERIT": said("守信"),
}
_ROLES = {
    "APPROVER": said("审批人员"),
    "SUPERVISOR": said("监管人员"),
    "CREDIT_OFFICER": said("信用人员"),
    "LINKAGE_OFFICE": said("联动办"),
    "ENTERPRISE": said("企业"),
    "SYSTEM_ADMIN": said("系统管理员"),
    "SECURITY_ADMIN": said("安全管理员"),
    "AUDITOR": said("审计管理员"),
}
_IMPORTS = {
    "IMPORT:UPLOADED": said("已上传"),
    "IMPORT:CHECKED": said("已核对"),
    "IMPORT:RUNNING": said("导入中"),
    "IMPORT:DONE": said("已导入"),
    "IMPORT:UNDONE": said("已取消"),
    "UNTAKEN:EXISTING": said("存量，本来就只登记"),
    "UNTAKEN:ENDING": said("注销一类的决定"),
    "UNTAKEN:CORRECTED": said("已另有更正"),
    "UNTAKEN:INSPECTED": said("已经检查"),
    "UNTAKEN:JOINED": said("已并入其他任务"),
}
_OPERATIONS = {
    "AUDIT:DONE": said("已办"),
    "AUDIT:REFUSED": said("拒绝"),
    "AUDIT:FAILED": said("出错"),
    "AUDIT:READ": said("查阅"),
    "VISIT:REQUESTED": said("待审批"),
    "VISIT:APPROVED": said("已审批"),
    "VISIT:ANNOUNCED": said("已告知"),
    "VISIT:ENTERED": said("已入企"),
    "VISIT:DONE": said("已完成"),
    "VISIT:CANCELLED": said("已取消"),
    "DAY:WORKING": said("上班"),
    "DAY:FREE": said("放假"),
    "DAY:USUAL": said("照常"),
    "database": said("数据库"),
    "durables": said("事件流与持久消费者"),
    "permitted": said("消息服务的权限"),
}
WORDS = (
    _STATES
    | _CLOCKS
    | _VERBS
    | _REASONS
    | _DAYS
    | _CHECKS
    | _KINDS
    | _PRESSING
    | _SERVICES
    | _CREDIT
    | _ROLES
    | _IMPORTS
    | _OPERATIONS
)
"""Code → the word of the source language."""
