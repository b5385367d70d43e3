"""What leaves the house: signed, once unless something broke, again after a failure, never in quiet hours."""

import asyncio
from datetime import timedelta
from importlib.metadata import EntryPoint
from typing import ClassVar

import pytest

from chassis.notices import channel, queue
from chassis.notices.channel import Message
from chassis.notices.settings import NoticeSettings
from tests.integration.notices.conftest import KEYS, Mailbox, PostOffice, opened
from tests.integration.notices.test_inbox import a_notice
from tests.outside import Outside

pytestmark = pytest.mark.servers
MAIL = {"SMTP": "zhao@example.gov.cn"}


async def test_a_webhook_is_signed_and_says_what_the_inbox_says(office: PostOffice, receiver: Outside) -> None:
    await office.prefer("zhao", channels={"WEBHOOK": receiver.url})
    await office.tell(a_notice(), a_notice("qian"))
    await office.deliver()
    ((message_id, said),) = receiver.taken
    (kept,) = await office.inbox("zhao")
    assert message_id.startswith("msg_")
    assert said["type"] == "shenguan.notice.v1"
    assert (said["data"]["service"], said["data"]["person"]) == ("supervision", "zhao")
    assert said["data"]["notices"][0]["notice_id"] == kept["notice_id"]
    assert await office.tries("zhao") == [("WEBHOOK", "SENT", 1)]


async def test_a_mail_arrives_with_a_stable_id(office: PostOffice, mailbox: Mailbox) -> None:
    await office.prefer("zhao", channels=MAIL)
    await office.tell(a_notice())
    await office.deliver()
    (mail,) = mailbox.mails
    assert mail["To"] == "zhao@example.gov.cn"
    assert mail["Subject"] == "[审管联动] 任务 D1 已超期"
    assert mail["Message-ID"].endswith("@example.gov.cn>")
    assert "task D1 is overdue" in mail.get_content()
    assert await office.tries("zhao") == [("SMTP", "SENT", 1)]


async def test_a_failure_is_tried_again_under_the_same_id_after_growing_pauses(
    office: PostOffice, receiver: Outside
) -> None:
    receiver.answers = [500, 503]
    await office.prefer("zhao", channels={"WEBHOOK": receiver.url})
    await office.tell(a_notice())
    await office.deliver()
    office.clock.pass_by(seconds=59)
    await office.deliver()
    assert len(receiver.asked) == 1
    office.clock.pass_by(seconds=1)
    await office.deliver()
    office.clock.pass_by(seconds=600)
    await office.deliver()
    assert await office.tries("zhao") == [("WEBHOOK", "FAILED", 1), ("WEBHOOK", "FAILED", 2), ("WEBHOOK", "SENT", 3)]
    ids = await office.pool.fetch("SELECT DISTINCT message_id FROM notice_delivery")
    assert [f"msg_{row['message_id']}" for row in ids] == [message_id for message_id, _ in receiver.taken]


async def test_after_the_last_try_it_is_given_up_and_stays_in_the_inbox(office: PostOffice, receiver: Outside) -> None:
    receiver.answers = [500] * 3
    await office.prefer("zhao", channels={"WEBHOOK": receiver.url})
    await office.tell(a_notice())
    for _ in range(5):
        await office.deliver()
        office.clock.pass_by(hours=1)
    assert [state for _, state, _ in await office.tries("zhao")] == ["FAILED", "FAILED", "GIVEN_UP"]
    assert len(receiver.asked) == 3
    assert len(await office.inbox("zhao", unread=True)) == 1


async def test_a_recipient_refused_for_ever_is_not_asked_again(office: PostOffice, mailbox: Mailbox) -> None:
    mailbox.refusals = ["550 no such user"]
    await office.prefer("zhao", channels=MAIL)
    await office.tell(a_notice())
    await office.deliver()
    office.clock.pass_by(hours=1)
    await office.deliver()
    assert await office.tries("zhao") == [("SMTP", "GIVEN_UP", 1)]


async def test_a_redirect_is_not_followed(office: PostOffice, receiver: Outside) -> None:
    receiver.answers, receiver.location = [307], receiver.url
    await office.prefer("zhao", channels={"WEBHOOK": receiver.url})
    await office.tell(a_notice())
    await office.deliver()
    assert (len(receiver.asked), receiver.taken) == (1, [])
    assert await office.tries("zhao") == [("WEBHOOK", "FAILED", 1)]


async def test_a_digest_is_one_message_a_day(office: PostOffice, mailbox: Mailbox) -> None:
    await office.prefer("zhao", channels=MAIL, digest="DAILY", digest_at="17:00")
    await office.tell(a_notice(), a_notice(fact="D2"))
    office.clock.pass_by(hours=7)
    await office.tell(a_notice(fact="D3"))
    await office.deliver()
    assert mailbox.mails == []
    office.clock.pass_by(hours=1)
    await office.deliver()
    (mail,) = mailbox.mails
    assert mail["Subject"] == "[审管联动] 3 条提醒：任务 D1 已超期"
    assert await office.tries("zhao") == [("SMTP", "SENT", 1)] * 3


async def test_a_digest_that_failed_goes_out_again_as_it_was(office: PostOffice, mailbox: Mailbox) -> None:
    mailbox.refusals = ["450 later"]
    await office.prefer("zhao", channels=MAIL, digest="DAILY", digest_at="17:00")
    await office.tell(a_notice(), a_notice(fact="D2"))
    office.clock.pass_by(hours=8, seconds=1)
    await office.deliver()
    await office.tell(a_notice(fact="D3"))
    office.clock.pass_by(minutes=1)
    await office.deliver()
    (mail,) = mailbox.mails
    assert mail["Subject"] == "[审管联动] 2 条提醒：任务 D1 已超期"


async def test_quiet_hours_hold_back_what_leaves_not_the_inbox(office: PostOffice, mailbox: Mailbox) -> None:
    await office.prefer("zhao", channels=MAIL, quiet_from="08:00", quiet_to="10:00")
    await office.tell(a_notice())
    await office.deliver()
    assert mailbox.mails == []
    assert len(await office.inbox("zhao")) == 1
    office.clock.pass_by(hours=1)
    await office.deliver()
    assert len(mailbox.mails) == 1


async def test_a_changed_mind_counts_for_what_is_still_waiting(office: PostOffice, mailbox: Mailbox) -> None:
    await office.prefer("zhao", channels=MAIL, digest="DAILY", digest_at="17:00")
    await office.tell(a_notice())
    await office.prefer("zhao", channels=MAIL)
    await office.deliver()
    assert len(mailbox.mails) == 1


async def test_a_channel_no_longer_wanted_is_dropped_and_logged(office: PostOffice, receiver: Outside) -> None:
    receiver.answers = [500]
    await office.prefer("zhao", channels={"WEBHOOK": receiver.url})
    await office.tell(a_notice())
    await office.deliver()
    await office.prefer("zhao")
    office.clock.pass_by(minutes=1)
    await office.deliver()
    assert [state for _, state, _ in await office.tries("zhao")] == ["FAILED", "DROPPED"]


async def test_a_kill_while_sending_sends_again_under_the_same_id(
    office: PostOffice, receiver: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "LEASE", timedelta(milliseconds=50))
    await office.prefer("zhao", channels={"WEBHOOK": receiver.url})
    await office.tell(a_notice())
    async with office.pool.acquire() as connection:
        (claimed,) = await queue.claim(connection, "supervision", office.clock.now(), KEYS.ring)  # and the process dies
    await asyncio.sleep(0.1)
    await office.deliver()
    ((message_id, _),) = receiver.taken
    assert message_id == f"msg_{claimed.message.message_id}"


async def test_two_processes_send_one_message(office: PostOffice, receiver: Outside) -> None:
    await office.prefer("zhao", channels={"WEBHOOK": receiver.url})
    await office.tell(*(a_notice(fact=f"D{n}") for n in range(30)))
    await asyncio.gather(*(office.notifier.deliver_once() for _ in range(3)))
    await office.deliver()
    assert sorted(said["data"]["notices"][0]["fact"] for _, said in receiver.taken) == sorted(
        f"D{n}" for n in range(30)
    )


async def test_a_channel_whose_settings_went_away_is_given_up_by_name(
    office: PostOffice, office_url: str, receiver: Outside
) -> None:
    await office.prefer("zhao", channels={"WEBHOOK": receiver.url})
    await office.tell(a_notice())
    async with opened(office_url, NoticeSettings.model_validate({})) as bare:
        await bare.deliver()
        assert await bare.tries("zhao") == [("WEBHOOK", "GIVEN_UP", 1)]
        error = await bare.pool.fetchval("SELECT error FROM notice_delivery")
    assert error == "channel-not-configured"


async def test_the_worker_delivers_by_itself_and_stops_when_told(office: PostOffice, receiver: Outside) -> None:
    await office.prefer("zhao", channels={"WEBHOOK": receiver.url})
    running = asyncio.create_task(office.notifier.run())
    await office.tell(a_notice())
    office.notifier.wake()
    async with asyncio.timeout(10):
        while not receiver.taken:  # noqa: ASYNC110 - the receiver is a thread
            await asyncio.sleep(0.01)
    await office.notifier.stop()
    await running


class Telephone:
    """An adapter another distribution would provide."""

    sent: ClassVar[list[Message]] = []

    def __init__(self, _settings: NoticeSettings) -> None:
        """Needs no settings."""

    def refused(self, address: str) -> tuple[str, str] | None:
        return None if address.isdecimal() else ("应为号码", "must be a number")

    async def send(self, message: Message) -> None:
        self.sent.append(message)
        if len(self.sent) == 1:
            raise ZeroDivisionError("a bug of the adapter")


async def test_an_installed_adapter_is_a_channel_and_its_bug_is_only_a_failure(
    office_url: str, settings: NoticeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    point = EntryPoint("SMS", f"{__name__}:Telephone", channel.GROUP)
    monkeypatch.setattr(EntryPoint, "load", lambda _point: Telephone)
    monkeypatch.setattr(channel, "entry_points", lambda group: [point] if group == channel.GROUP else [])
    async with opened(office_url, settings) as office:
        await office.prefer("zhao", channels={"SMS": "13800000000"})
        await office.tell(a_notice())
        await office.deliver()
        office.clock.pass_by(minutes=1)
        await office.deliver()
        assert await office.tries("zhao") == [("SMS", "FAILED", 1), ("SMS", "SENT", 2)]
    assert [message.address for message in Telephone.sent] == ["13800000000"] * 2
    assert len({message.message_id for message in Telephone.sent}) == 1
