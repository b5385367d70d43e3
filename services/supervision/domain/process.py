"""Rules of the process (过程规则): the numbers of the ladder and the limits no link states. Read from process.toml."""

from dataclasses import dataclass

from kernel.deadline import Ladder
from kernel.limit import Limit


@dataclass(frozen=True, kw_only=True)
class ProcessRules:
    """过程规则; where each number comes from stands in process.toml."""

    ladder: Ladder
    route: Limit
    """改派: a returned task finds its department."""
    arbitration: Limit
    """争议裁定."""
    claim: Limit
    """认领, when a task is pushed again (the link states the first push)."""
    commitment: Limit
    """承诺核查, from the day of the decision."""
    rectify: Limit
    """整改, when the order does not say how long."""
    feedback: Limit
    """反馈审批, after a failed inspection or a penalty that touches the licence, when the link does not say how long."""
