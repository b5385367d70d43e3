"""What the form of a complaint sends to supervision: nothing that was left empty, the clock of China."""

from starlette.datastructures import FormData

from console.web.complaints import body_of
from console.web.forms import Typed


def typed(**said: str) -> Typed:
    return Typed(FormData(list(said.items())))


def test_what_was_filled_in_is_sent_as_supervision_takes_it() -> None:
    body = body_of(
        typed(
            id_no="91999999MA00000154",
            object="county:SL-05:a",
            channel="HOTLINE",
            complaint_no=" GD1 ",
            received_at="2026-11-27T09:30",
            content="后厨有老鼠",
            reply_wanted="yes",
            contact="13800000000",
            department="",
            form="secret of the session",
        )
    )
    assert body == {
        "id_no": "91999999MA00000154",
        "source_system": "county",
        "object_no": "SL-05:a",
        "channel": "HOTLINE",
        "complaint_no": "GD1",
        "received_at": "2026-11-27T09:30+08:00",
        "content": "后厨有老鼠",
        "reply_wanted": True,
        "contact": "13800000000",
    }


def test_what_is_not_registered_has_a_name_and_no_object() -> None:
    body = body_of(typed(id_no="91999999MA00000154", subject_name="路边摊", content="无证经营"))
    assert body == {
        "id_no": "91999999MA00000154",
        "subject_name": "路边摊",
        "content": "无证经营",
        "reply_wanted": False,
    }
