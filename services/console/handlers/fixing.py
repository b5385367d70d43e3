"""Fixing (定格): a month is fixed once, by a person or when it is due."""

from uuid import uuid4

from console.domain.fixing import Fixing, FixMonth, already_fixed, fixed, incomplete
from console.ports import FixingWork


def fix_month(work: FixingWork, command: FixMonth) -> Fixing:
    """定格. Refusals: ``month-fixed``, and those of ``domain.fixing.fixed``."""
    month = command.counted.month
    if known := work.fixing(month):
        raise already_fixed(known)
    fixing = fixed(command, str(uuid4()), work.now, work.today)
    if work.rebuild != command.counted.rebuild:
        raise incomplete()
    work.keep(fixing, command.counted.rows)
    return fixing


def fix_due_month(work: FixingWork, command: FixMonth) -> Fixing:
    """The same when its time has come, which several processes may see at once: the first of them fixes it."""
    return work.fixing(command.counted.month) or fix_month(work, command)
