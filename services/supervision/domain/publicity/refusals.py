"""What a publication says no to (公示不予办理): each with the sentence that says what to do; 409 unless it says otherwise."""

from kernel.refusal import Refusal
from kernel.two_persons import second_person_needed


def no_such_publication(publication_no: str) -> Refusal:
    """没有该公示: 404 ``not-found``."""
    return Refusal(
        code="not-found",
        zh=f"没有编号为 {publication_no[:64]} 的公示，请核对公示编号",
        en=f"there is no publication {publication_no[:64]}; check its number",
        status=404,
    )


def already_publicised(publication_no: str) -> Refusal:
    """已公示: ``already-publicised``."""
    return _now(
        "already-publicised",
        f"{publication_no} 已经公示；内容有误请由另一人更正",
        f"{publication_no} is publicised; have another person correct what is wrong with it",
    )


def not_publicised(publication_no: str) -> Refusal:
    """尚未公示: ``not-publicised``."""
    return _now(
        "not-publicised",
        f"{publication_no} 尚未公示；请按正确的结果公示，或撤下",
        f"{publication_no} is not publicised yet; publicise the right result, or withdraw it",
    )


def withdrawn(publication_no: str) -> Refusal:
    """已撤下: ``publication-withdrawn``."""
    return _now(
        "publication-withdrawn",
        f"{publication_no} 已经撤下，不能再改；重新检查的结果另行公示",
        f"{publication_no} is withdrawn for good; the result of a new inspection is publicised by itself",
    )


def not_questioned(publication_no: str) -> Refusal:
    """没有存疑: ``not-questioned``."""
    return _now(
        "not-questioned",
        f"{publication_no} 没有待处理的存疑，无需维持",
        f"nobody questions {publication_no}; there is nothing to uphold",
    )


def second_person(by: str) -> Refusal:
    """须另一人: ``second-person-needed``."""
    return second_person_needed(
        f"{by} 参加了检查、或是上一次决定公示内容的人、或提出了存疑；请由本部门的另一人办理",
        f"{by} inspected, last decided what is shown, or questioned it; somebody else of the department has to do this",
    )


def nothing_corrected() -> Refusal:
    """没有更正: 422 ``nothing-corrected``."""
    return Refusal(
        code="nothing-corrected",
        zh="更正后的内容与现在公示的相同，请写明要更正的内容",
        en="what is shown would stay the same; say what is to be corrected",
    )


def _now(code: str, zh: str, en: str) -> Refusal:
    return Refusal(code=code, zh=zh, en=en, status=409)
