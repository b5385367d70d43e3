"""Past decisions (既往决定): what is kept of an applied decision, enough to match it again."""

from dataclasses import dataclass

from supervision.domain.catalogue.condition import Facts


@dataclass(frozen=True, slots=True)
class PastDecision:
    """既往决定: its object, whose it was, and the facts it was matched by."""

    source_system: str
    object_no: str
    id_type: str
    id_no: str
    facts: Facts
