"""Forms (检查文书): the papers of an inspection as PDF, filled in from the task and the visit they belong to.

Source of the seven kinds: 司法部办公厅《行政检查文书基本格式文本（试行）》(2025). Which facts they state follows the
requirements told of it in public; the official lay-out was not at hand, so every paper says that it is not confirmed.
"""

from console.forms.document import Assessed, Document
from console.forms.facts import Facts, Officer
from console.forms.filling import filled
from console.forms.kinds import FormKind, papers_of
from console.forms.printing import Printed, printed, printed_assessment

__all__ = [
    "Assessed",
    "Document",
    "Facts",
    "FormKind",
    "Officer",
    "Printed",
    "filled",
    "papers_of",
    "printed",
    "printed_assessment",
]
