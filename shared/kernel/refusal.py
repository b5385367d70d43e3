"""Refusal (不予办理): the business says no, with a stable code and one sentence in Chinese and in English.

A refusal is an answer, not an accident: it is never retried by a machine unless ``retryable`` says so,
and it never becomes an HTTP 500. The HTTP edge turns it into RFC 9457 problem+json.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing wrong with the input (一处错误): where it stands and what to do about it."""

    pointer: str
    """JSON pointer into the body (RFC 6901), e.g. ``/subject/id_no``; in files the column name."""
    zh: str
    en: str


@dataclass(eq=False, kw_only=True)
class Refusal(Exception):  # noqa: N818 - a refusal is the field's word; it is not an error of the program
    """The business says no.

    ``code`` is kebab-case and stable for ever: it is the last part of the problem's ``type``.
    ``retryable``: the same request may succeed a moment later without any change (e.g. ``object-behind``).
    ``status`` is the HTTP status the edge answers with.
    """

    code: str
    zh: str
    en: str
    faults: tuple[Fault, ...] = field(default=())
    status: int = 422
    retryable: bool = False

    def __str__(self) -> str:
        return f"{self.code}: {self.zh} / {self.en}"


def malformed(faults: list[Fault]) -> Refusal:
    """The input cannot be understood (内容有误): every fault at once, so that the sender corrects them in one go."""
    return Refusal(
        code="invalid-content",
        zh="提交的内容有误，请按 errors 中的提示改正后重新提交",
        en="The content is not valid; correct what errors[] names and send it again",
        faults=tuple(faults),
    )
