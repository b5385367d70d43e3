"""Text as databases and people can keep it (文本)."""

import re

from kernel.masking import presentable, tells
from kernel.refusal import Fault

_LONGEST_CODE = 64
"""What is shorter may be a code of eleven digits that looks like a mobile phone."""
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


def prose_fault(pointer: str, value: str, *, longest: int) -> Fault | None:
    """The same for what people write, which is kept and told as it is: no identity number, in sentences no phone."""
    fault = text_fault(pointer, value, longest=longest)
    if fault or not (tells(value) if longest > _LONGEST_CODE else presentable(value) != value):
        return fault
    return Fault(
        pointer=pointer,
        zh="不得写入居民身份证号码、手机号码，请删除；指人请用主体引用或人员编码",
        en="must not contain a resident identity number or a mobile phone; remove it and name persons by reference or code",
    )
