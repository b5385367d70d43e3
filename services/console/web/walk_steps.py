"""Steps of the guided walk (导览步骤): who does what, in order; shown on every page while somebody walks."""

from dataclasses import dataclass

from console.web.language import said


@dataclass(frozen=True, slots=True)
class Step:
    """一步: who does it, what is to be done, and the word of its button."""

    role: str
    does: str
    hint: str


STEPS = (
    Step("APPROVER", said("决定一个食品经营许可"), said("审批人员作出决定，一秒之内推送监管")),
    Step("SUPERVISOR", said("看监管任务"), said("市场监管的人员看到任务：为什么有它，什么时候到期")),
    Step("SUPERVISOR", said("认领并检查"), said("认领、填写检查；选“不合格”与“严重”，看它怎样影响信用")),
    Step("ENTERPRISE", said("看信用变化"), said("企业看到记录、等级与每一分的理由")),
    Step("", said("查公示"), said("任何人按代码查得到可以公示的")),
)
