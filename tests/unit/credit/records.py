"""Records for the tests of the scorecard."""

from datetime import date

from hypothesis import strategies as st

from credit.domain.record import CreditRecord, record_id_of
from credit.settings import CreditSettings
from kernel.credit import RecordClass, RecordKind
from kernel.subject import SubjectKey

RULES = CreditSettings().rulebook().editions[0]
CARD = RULES.scorecard
DAY = date(2012, 3, 1)
NEGATIVE = [RecordClass.MINOR, RecordClass.GENERAL, RecordClass.SERIOUS]


def a_record(
    number: int,
    record_class: RecordClass = RecordClass.GENERAL,
    on: date = DAY,
    kind: RecordKind = RecordKind.INSPECTION,
    inspection: str = "",
) -> CreditRecord:
    """A record with the periods of its class."""
    shortest, longest = RULES.periods[record_class].ends(on)
    return CreditRecord(
        record_id=record_id_of(kind, "unit", str(number)),
        subject=SubjectKey("099", "S1"),
        source_system="unit",
        region="640202",
        kind=kind,
        record_class=record_class,
        rule="fail",
        number=str(number),
        occurred_on=on,
        inspection_no=inspection,
        public=RULES.periods[record_class].public,
        min_until=shortest,
        max_until=longest,
    )


days = st.dates(date(2009, 1, 1), date(2014, 12, 31))
kinds = st.one_of(
    st.tuples(st.sampled_from(NEGATIVE), st.sampled_from([k for k in RecordKind if k is not RecordKind.COMMENDATION])),
    st.just((RecordClass.MERIT, RecordKind.COMMENDATION)),
)
negatives = st.tuples(
    st.sampled_from(NEGATIVE), st.sampled_from([k for k in RecordKind if k is not RecordKind.COMMENDATION])
)
histories = st.lists(st.tuples(kinds, days, st.sampled_from(["", "", "I1", "I2"])), max_size=12).map(
    lambda found: [a_record(n, c, on, kind, inspection) for n, ((c, kind), on, inspection) in enumerate(found)]
)
