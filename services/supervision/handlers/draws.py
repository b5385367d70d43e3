"""Random draws (双随机抽查): announced with the pool frozen, run once with a value nobody here chose, or cancelled.

The secret is chosen here, before the public value exists, and told when the draw is over (决定 0018).
"""

from dataclasses import replace

from supervision.domain.draws.capacity import require_enough
from supervision.domain.draws.ceremony import Draw, must_lie_ahead
from supervision.domain.draws.commands import CancelDraw, DrawCommand, PrepareDraw, RunDraw, no_such_draw
from supervision.domain.draws.gathering import aimed_at, departments_with_certificates, pool_of
from supervision.domain.draws.window import entry_to_draw, must_be_free
from supervision.domain.plans.fit import must_fit
from supervision.outgoing.draws import draw_announced, draw_cancelled, draw_concluded
from supervision.ports import Work

_EMBEDDED = 1024 * 1024
"""Bytes of a pool up to which a receipt carries it."""


def prepare_draw(work: Work, command: PrepareDraw) -> tuple[Draw, bool]:
    """准备并公告: the draw, and whether the very same was announced before.

    Refuses ``not-found`` (404), ``plan-not-filed``, ``draw-differs``, ``draw-open``, ``draws-done``, ``draw-too-soon``,
    ``draw-too-late``, ``nothing-to-draw``, ``not-enough-inspectors``, ``plan-amended`` (409), and what does not fit any
    more (``domain.plans.fit``, 422).
    """
    if (known := work.draws.get(command.draw_no)) and known.repeated(command):
        return known, True
    version, entry = entry_to_draw(work.plans.versions(command.plan_no), command)
    must_be_free(entry, work.draws.of(command.plan_no, command.entry))
    must_lie_ahead(command.public_value, work.now, work.draws.rules.notice_hours)
    rules, matters = work.plans.rules.of_year(version.content.year), work.plans.matters(entry.matters)
    must_fit(replace(version.content, entries=(entry,)), matters, rules)
    gathered = work.draws.gathered(command.plan_no, command.entry)
    pool = pool_of(
        rules.completed(entry),
        matters,
        gathered,
        departments_with_certificates(entry, work.catalogues.current.in_force(work.today)),
        work.today,
        aimed_at(entry, command.ranked, gathered),
    )
    require_enough(pool)
    draw = Draw(
        draw_no=command.draw_no,
        plan_no=command.plan_no,
        plan_version=version.version,
        entry=entry.code,
        region=version.content.region or work.region,
        departments=entry.department_codes,
        snapshot=pool.snapshot,
        secret=work.draws.new_secret(),
        public_value=command.public_value,
        prepared_by=command.by,
        prepared_at=work.now,
        objects=len(pool.objects),
        quota=pool.drawn,
    )
    work.draws.announce(draw, pool)
    work.publish(draw_announced(draw))
    return draw, False


def run_draw(work: Work, command: RunDraw) -> tuple[Draw, bool]:
    """抽取: the draw, and whether it was run with the very same before. What was drawn is assigned by the sweep.

    Refuses ``not-found`` (404), ``invalid-content`` (422), ``draw-over``, ``draw-not-due``, ``second-person-needed``,
    ``pool-changed`` (409).
    """
    known = _found(work, command)
    pool = work.draws.pool(command.draw_no)
    draw, result = known.concluded(command, pool, work.now)
    if draw == known:
        return known, True
    receipt = draw.receipt(result, pool if len(pool.content) <= _EMBEDDED else None)
    work.draws.conclude(draw, receipt, result)
    work.publish(draw_concluded(draw, work.now))
    return draw, False


def cancel_draw(work: Work, command: CancelDraw) -> Draw:
    """取消, for all to see. Refuses ``not-found`` (404), ``draw-over``, ``second-person-needed`` (409)."""
    known = _found(work, command)
    draw = known.cancelled(command, work.now)
    if draw != known:
        work.draws.save(draw)
        work.publish(draw_cancelled(draw, work.now))
    return draw


def _found(work: Work, command: DrawCommand) -> Draw:
    if draw := work.draws.get(command.draw_no):
        return draw
    raise no_such_draw(command.draw_no)
