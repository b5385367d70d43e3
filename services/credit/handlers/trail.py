"""Query log (查询日志): every answer about a subject leaves a line; a day's lines go when their term is over."""

from credit.domain.trail import ForgetQueries, SubjectQuery
from credit.ports.trail import TrailWork


def note_query(work: TrailWork, query: SubjectQuery) -> None:
    """留痕: before the answer goes out."""
    work.query_log.add(query)


def forget_queries(work: TrailWork, command: ForgetQueries) -> None:
    """清除: a day within the term is left as it is."""
    if command.day < command.retention.first_kept_on(work.today):
        work.query_log.forget(command.day)
