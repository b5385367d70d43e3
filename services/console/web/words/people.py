"""People (人员) and what operators see (运维)."""

from console.web.language import said

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
_OPERATIONS = {
    "AUDIT:DONE": said("已办"),
    "AUDIT:REFUSED": said("拒绝"),
    "AUDIT:FAILED": said("出错"),
    "AUDIT:READ": said("查阅"),
    "HOOK:ACTIVE": said("推送中"),
    "HOOK:PAUSED": said("已暂停"),
    "HOOK:ENDED": said("已终止"),
    "DELIVERY:SENT": said("已送达"),
    "DELIVERY:FAILED": said("未送达"),
    "DELIVERY:PARKED": said("已搁置"),
    "TOLD:PHONE": said("电话"),
    "TOLD:MESSAGE": said("短信"),
    "TOLD:LETTER": said("书面"),
    "TOLD:FACE_TO_FACE": said("当面"),
    "TOLD:CHANNEL": said("经受理渠道答复"),
    "DAY:WORKING": said("上班"),
    "DAY:FREE": said("放假"),
    "DAY:USUAL": said("照常"),
    "database": said("数据库"),
    "durables": said("事件流与持久消费者"),
    "permitted": said("消息服务的权限"),
}
WORDS = _ROLES | _OPERATIONS
