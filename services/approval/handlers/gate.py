"""Gate (审批信用关口): answer from what is held, and keep a trace of every answer."""

from approval import ports
from approval.domain.gate import AskGate, GateQuery, GateReply, must_be_askable, no_such_item, replied


def ask_gate(work: ports.GateWork, command: AskGate) -> GateReply:
    """查询信用关口. Refusals: ``invalid-content``, ``item-unknown`` (404)."""
    must_be_askable(command)
    item = work.facts.item
    if item is None:
        raise no_such_item(command.item_code)
    reply = replied(command, work.facts, item, work.rules, work.now, work.today)
    query = GateQuery(
        subject=command.holder.key(work.identity.reference),
        item_code=command.item_code,
        by=command.by,
        source_system=command.source_system,
        reply=reply,
    )
    work.note(query)
    return reply
