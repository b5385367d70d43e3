"""Text as databases and people can keep it (文本)."""

import re

from kernel.refusal import Fault

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def text_fault(pointer: str, value: str, *, longest: int) -> Fault | None:
    """What is wrong with a text, or None: no control characters (PostgreSQL keeps no NUL), no lone surrogates."""
    if len(value) > longest:
        return Fault(pointer=pointer, zh=f"最多 {longest} 个字符", en=f"at most {longest} characters")
    if _UNFIT.search(value):
        return Fault(
            pointer=pointer,
            zh="含有不可见的控制字符，请删除后重新提交",
            en="contains control characters; remove them and send it again",
        )
    return None
