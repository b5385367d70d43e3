"""Explaining (评价说明): what a subject's records amount to on a day, and why. It changes nothing."""

from credit.domain.explanation import Explanation, explained
from credit.domain.rules_commands import Explain
from credit.handlers.identities import no_such_subject
from credit.ports import Work


def explain(work: Work, asked: Explain) -> Explanation:
    """评价说明. Refuses ``not-found`` (404), ``no-rule-in-force``."""
    subject = work.subjects.get(asked.subject)
    if subject is None:
        raise no_such_subject(asked.subject)
    return explained(subject, asked.as_of or work.today, work.rules)
