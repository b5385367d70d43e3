"""Cases (办件): kinds of decisions, imports and why a case cannot be undone, feedback, the services."""

from console.web.language import meant, said

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
_SERVICES = {"approval": said("审批"), "supervision": said("监管"), "credit": said("信用"), "console": said("控制台")}
_IMPORTS = {
    "IMPORT:UPLOADED": said("已上传"),
    "IMPORT:CHECKED": said("已核对"),
    "IMPORT:RUNNING": said("导入中"),
    "IMPORT:DONE": said("已导入"),
    "IMPORT:UNDONE": meant("import", "已取消"),
    "UNTAKEN:EXISTING": said("存量，本来就只登记"),
    "UNTAKEN:ENDING": said("注销一类的决定"),
    "UNTAKEN:CORRECTED": said("已另有更正"),
    "UNTAKEN:INSPECTED": said("已经检查"),
    "UNTAKEN:JOINED": said("已并入其他任务"),
}
_GROUNDS = {
    "ground:PERIOD": said("决定日期"),
    "ground:ITEM": said("审批事项"),
    "ground:TRIGGER": said("触发情形"),
    "ground:CONDITION": said("附加条件"),
}
_FEEDBACK = {
    "FEEDBACK:OPEN": said("待答复"),
    "FEEDBACK:ANSWERED": said("已答复"),
    "FEEDBACK:ANNUL": said("请撤销许可"),
    "FEEDBACK:WITHDRAW": said("请撤回"),
    "FEEDBACK:REVOKE": said("请吊销"),
    "FEEDBACK:RESTRICT": said("请限制准入"),
    "FEEDBACK:SUPPLEMENT": said("请补办手续"),
    "FEEDBACK:CHANGE": said("请变更"),
    "clock:ANSWER": said("答复时限"),
}
WORDS = _FEEDBACK | _GROUNDS | _KINDS | _SERVICES | _IMPORTS
