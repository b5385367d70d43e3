"""Standstill of an object (暂扣、停业): the clocks of its routine tasks wait, and run again when it resumes."""

from dataclasses import replace

from kernel.refusal import Refusal
from supervision.domain.register import RegisteredObject, no_such_object
from supervision.domain.task import Task
from supervision.domain.verbs import ResumeObject, SuspendObject
from supervision.domain.words import Purpose
from supervision.handlers import clocks
from supervision.outgoing import process as telling
from supervision.ports import Work


def suspend_object(work: Work, command: SuspendObject) -> RegisteredObject:
    """暂扣、停业. Refuses ``not-found`` (404), ``object-suspended`` (409)."""
    entry = _found(work, command.source_system, command.object_no)
    if entry.standstill:
        raise Refusal(
            code="object-suspended",
            zh=f"对象 {entry.object_no} 已处于停业状态（{entry.standstill}），请先恢复",
            en=f"object {entry.object_no} is at a standstill ({entry.standstill}); resume it first",
            status=409,
        )
    suspended = replace(entry, standstill=command.standstill)
    work.objects.save(suspended)
    routine = _routine(work, entry)
    paused = tuple(task.task_id for task in routine if clocks.pause(work, task, command.reason, command.by, work.now))
    work.publish(telling.suspended(suspended, command, work.now, paused))
    return suspended


def resume_object(work: Work, command: ResumeObject) -> RegisteredObject:
    """恢复. Refuses ``not-found`` (404), ``object-not-suspended`` (409)."""
    entry = _found(work, command.source_system, command.object_no)
    if not entry.standstill:
        raise Refusal(
            code="object-not-suspended",
            zh=f"对象 {entry.object_no} 没有停业，无需恢复",
            en=f"object {entry.object_no} is not at a standstill; nothing to resume",
            status=409,
        )
    resumed = replace(entry, standstill="")
    work.objects.save(resumed)
    routine = _routine(work, entry)
    going = tuple(task.task_id for task in routine if clocks.resume(work, task, command.by, work.now))
    work.publish(telling.resumed(resumed, command, work.now, going))
    return resumed


def _routine(work: Work, entry: RegisteredObject) -> list[Task]:
    open_tasks = work.tasks.open_on(entry.source_system, entry.object_no)
    return [task for task in open_tasks if task.purpose is Purpose.ROUTINE]


def _found(work: Work, source_system: str, object_no: str) -> RegisteredObject:
    entry = work.objects.get(source_system, object_no)
    if entry is None:
        raise no_such_object(object_no)
    return entry
