"""What is shown (公示版次): a publication as everybody may read it, the same facts as on the public page and no others.

It is kept byte for byte and chained, so that anybody can prove later what was shown.
"""

from kernel.masking import masked_name, presentable
from kernel.subject import IdType
from supervision.domain.publicity.publication import Publication
from supervision.domain.publicity.words import PublicationState


def shown_to_all(publication: Publication) -> dict[str, object]:
    """The facts; of a withdrawn one only that it was withdrawn."""
    said: dict[str, object] = {
        "publication_no": publication.publication_no,
        "version": publication.version,
        "state": publication.state.value,
        "department": publication.department,
        "publicised_on": publication.publicised_on.isoformat() if publication.publicised_on else None,
    }
    if publication.state is PublicationState.WITHDRAWN:
        return said | {"cause": publication.withdrawal.cause.value if publication.withdrawal else ""}
    content, natural = publication.content, publication.natural
    uscc = publication.holder.id_no if publication.holder.id_type == IdType.USCC and not natural else None
    return said | {
        "matter": {"code": content.matter_code, "name": presentable(content.matter_name)},
        "subject": {
            "kind": publication.holder.kind,
            "name": _name(content.subject_name or content.object_name, natural=natural),
            "uscc": uscc,
        },
        "object": _name(content.object_name, natural=natural),
        "inspected_on": content.inspected_on.isoformat(),
        "result_class": content.result_class,
    }


def _name(name: str, *, natural: bool) -> str:
    return masked_name(name) if natural else presentable(name)
