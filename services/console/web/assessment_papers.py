"""The assessment taken away (考核表导出): as JSON, as a table and on paper, each with what it rests on and how it stands."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from console.domain.assessment import MonthFigures, totals
from console.domain.fixing import Standing
from console.forms import Assessed
from console.web.language import SOURCE, day_text, meant, month_text, said, time_text, translations
from console.web.reports import Report
from console.web.sheets import Cell, Sheet
from kernel.clock import china_day

COLUMNS = {
    "received": said("接收任务"),
    "claimed": said("按时认领"),
    "claim_missed": said("认领超期"),
    "claim_rate": said("按时认领率"),
    "concluded": said("办结"),
    "concluded_in_time": said("按时办结"),
    "conclude_rate": said("按时办结率"),
    "average_workdays": said("平均办结工作日"),
    "overdue": said("超期任务"),
    "yellow": said("黄牌"),
    "red": said("红牌"),
    "urged": meant("past", "催办"),
    "escalated": meant("past", "督办"),
}
"""What a row shows → what it is called."""
Say = Callable[[str], str]
"""A text of the source → in the language of who reads it."""
_RATES = {"claim_rate", "conclude_rate"}
_TENTHS = {"average_workdays", "score"}
TITLE = said("审管联动月度考核")
TOGETHER = said("合计")
_SCORE = said("得分")
_UNCONFIRMED = said("未经主管部门确认")
CHANGED = said("定格以后的更正")


def shown_of(figures: MonthFigures) -> dict[str, str]:
    """A row as people read it: shares in percent to a tenth, days to a tenth, a dash for what nothing is counted for."""
    return {name: _shown(name, getattr(figures, name)) for name in COLUMNS}


def document(report: Report, names: dict[str, str]) -> dict[str, Any]:
    """The report as JSON; ``score`` null where no rules were in force, ``fixed`` before the month is, ``changes`` since then."""
    departments = [
        {"department": code, "name": names.get(code, code), **figures.document(), "score": report.score(figures)}
        for code, figures in report.departments.items()
    ]
    rules = report.rules
    return {
        "month": f"{report.month:%Y-%m}",
        "departments": departments,
        "total": totals(report.departments).document(),
        "standing": report.standing.value,
        "late_until": report.closes_on.isoformat() if report.closes_on else None,
        "fixed": report.fixing.document() | {"intact": report.intact} if report.fixing else None,
        "changes": [asdict(change) for change in report.changes],
        "calendar_known": report.calendar,
        "rules": {"version": rules.version, "source": rules.source, "confirmed": rules.confirmed} if rules else None,
    }


def report_sheets(report: Report, names: dict[str, str], language: str) -> list[Sheet]:
    """The report as a table, and what it rests on."""
    say = translations(language).gettext
    rows: list[list[Cell]] = []
    for name, figures, score in report.rows(names, say(TOGETHER)):
        numbers = [(column, getattr(figures, column)) for column in COLUMNS]
        rows.append([name, *(_number(column, number) for column, number in numbers), score])
    columns = [say(name) + (" %" if column in _RATES else "") for column, name in COLUMNS.items()]
    table = Sheet(
        name=month_text(report.month, language), columns=[say(said("监管部门")), *columns, say(_SCORE)], rows=rows
    )
    notes = [[each] for each in (time_text(report.at, language), *_notes(report, names, language))]
    sheets = [table, Sheet(name=say(said("说明")), columns=[say(TITLE)], rows=notes)]
    if report.changes:
        heads = [say(each) for each in (said("监管部门"), said("项目"), said("定格时"), said("今天"))]
        lines: list[list[Cell]] = [list(line) for line in changed(report, names, say)]
        sheets.append(Sheet(name=say(CHANGED), columns=heads, rows=lines))
    return sheets


def on_paper(report: Report, names: dict[str, str]) -> Assessed:
    """The report as it is printed."""
    rows = [
        (name, *shown_of(figures).values(), "" if score is None else f"{score:g}")
        for name, figures, score in report.rows(names, TOGETHER)
    ]
    return Assessed(
        title=TITLE,
        month=month_text(report.month, SOURCE),
        columns=("监管部门", *map(translations(SOURCE).gettext, COLUMNS.values()), _SCORE),
        rows=tuple(rows),
        notes=_notes(report, names, SOURCE),
    )


def changed(report: Report, names: dict[str, str], say: Say) -> list[tuple[str, str, str, str]]:
    """What is another today than when it was fixed: department, figure, then and today, as people read them."""
    called = COLUMNS | {"score": _SCORE}
    return [
        (
            names.get(change.department, change.department),
            say(called[change.name]),
            _shown(change.name, change.fixed),
            _shown(change.name, change.today),
        )
        for change in report.changes
        if change.name in called
    ]


def standing_text(report: Report, say: Say, language: str) -> str:
    """How the figures stand, in one sentence: of the month that runs, provisional, or fixed when and by whom."""
    if report.fixing:
        by = report.fixing.by or say(said("系统按期"))
        told = say(said("定格于 %(time)s，%(by)s"))
        return told % {"time": time_text(report.fixing.at, language), "by": by}
    if report.standing is Standing.RUNNING:
        return say(said("这个月还没有结束，数字到现在为止"))
    if report.closes_on is None:
        return say(said("暂计：没有定补报期，由联动办定格"))
    late = said("暂计：补报到 %(day)s 为止，之后定格")
    over = said("暂计：补报期已于 %(day)s 届满，还没有定格")
    told = say(late if china_day(report.at) <= report.closes_on else over)
    return told % {"day": day_text(report.closes_on, language)}


def digest_text(report: Report, say: Say) -> str:
    """The digest of a fixed month, and whether it is that of the rows; empty for one that is not."""
    if report.fixing is None:
        return ""
    found = {
        True: said("与各行相符"),
        False: said("与各行不符，请运维核验审计链"),
        None: said("只看到部分部门，不核对"),
    }
    return f"SHA-256 {report.fixing.sha256}（{say(found[report.intact])}）"


def _notes(report: Report, names: dict[str, str], language: str) -> tuple[str, ...]:
    say, rules = translations(language).gettext, report.rules
    told = [standing_text(report, say, language), *filter(None, [digest_text(report, say)])]
    told += [
        f"{say(CHANGED)}：{name} {figure} {then} → {now}" for name, figure, then, now in changed(report, names, say)
    ]
    told += [say(said("口径见控制台文档“月度考核的口径”；不含临时任务。"))]
    if rules is None:
        told.append(say(said("这个月没有施行中的考核规则，没有得分。")))
    else:
        about = f"{rules.source}（{say(_UNCONFIRMED)}）" if not rules.confirmed else rules.source
        told.append(say(said("考核规则 %(version)s：%(source)s")) % {"version": rules.version, "source": about})
    if not report.calendar:
        told.append(say(said("还没有这一年的工作日历，平均办结工作日按周一至周五计算。")))
    return tuple(told)


def _shown(column: str, value: float | None) -> str:
    if value is None:
        return "—"
    if column in _RATES:
        return f"{100 * value:.1f}%"
    return f"{value:.1f}" if column in _TENTHS else str(value)


def _number(column: str, value: float | None) -> Cell:
    if value is None:
        return None
    return round(100 * value if column in _RATES else value, 1)
