"""Another scorecard tried on everybody: who moves where, by how much, and who most."""

from datetime import date

from credit.domain.rules_document import read_edition
from credit.domain.subject import Identity, Subject
from credit.domain.what_if import MOST_TOLD, Outcome, WhatIf
from kernel.credit import Grade, RecordClass
from kernel.subject import SubjectKey
from tests.unit.credit.records import DAY, a_record
from tests.unit.credit.rules import a_content

NOW = read_edition(a_content("now", "2000-01-01"))


def a_subject(name: str, *classes: RecordClass) -> Subject:
    root = Identity(
        key=SubjectKey("099", name),
        kind="ORGANISATION",
        name=f"名{name}",
        source_system="unit",
        region="640202",
        named_on=DAY,
    )
    records = [a_record(number, record_class) for number, record_class in enumerate(classes)]
    return Subject(root=root, records={record.record_id: record for record in records})


def tried(subjects: list[Subject], on: date = DAY, **points: int) -> Outcome:
    trial = WhatIf(NOW, read_edition(a_content("then", "2030-01-01", **points)), on)
    for subject in subjects:
        trial.add([subject])
    return trial.finished()


EVERYBODY = [
    a_subject("clean"),
    a_subject("minor", RecordClass.MINOR),
    a_subject("general", RecordClass.GENERAL),
    a_subject("both", RecordClass.MINOR, RecordClass.GENERAL),
]


def test_the_same_rules_change_nothing() -> None:
    found = tried(EVERYBODY)
    assert (found.subjects, found.without_records, found.records) == (4, 1, 4)
    assert (found.changed_scores, found.mean_change, found.greatest) == (0, 0.0, ())
    assert found.migration[Grade.A][Grade.A] == 1
    assert found.migration[Grade.B][Grade.B] == 2


def test_heavier_points_move_grades_and_name_who_changes_most() -> None:
    found = tried(EVERYBODY, GENERAL=-40, MINOR=-4)
    assert (found.changed_scores, found.better_grades, found.worse_grades) == (3, 0, 2)
    assert (found.greatest_loss, found.greatest_gain, found.mean_change) == (-20, 1, -12.6667)
    assert found.migration[Grade.B] == {Grade.A: 0, Grade.B: 0, Grade.C: 1, Grade.D: 1}
    assert sum(sum(row.values()) for row in found.migration.values()) == found.subjects - found.without_records
    assert [(change.id_no, change.points, change.grade_then) for change in found.greatest] == [
        ("general", -20, Grade.C),
        ("both", -19, Grade.D),
        ("minor", 1, Grade.A),
    ]


def test_the_day_decides_what_is_used() -> None:
    later = tried(EVERYBODY, on=date(2012, 7, 1), MINOR=-50)
    assert later.changed_scores == 0


def test_the_greatest_changes_are_few_however_many_change() -> None:
    found = tried([a_subject(f"{n:03}", RecordClass.GENERAL) for n in range(50)], GENERAL=-40)
    assert found.changed_scores == 50
    assert [change.id_no for change in found.greatest] == [f"{n:03}" for n in range(MOST_TOLD)]
