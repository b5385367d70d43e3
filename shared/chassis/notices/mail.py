"""Mail (电子邮件): SMTP with STARTTLS or TLS; the Message-ID is the message's stable id."""

import re
from email.message import EmailMessage
from email.utils import formatdate

from aiosmtplib import SMTPException, SMTPRecipientsRefused, send

from chassis.notices.channel import Message, NotDeliveredError, Part
from chassis.notices.settings import NoticeSettings
from kernel.clock import CHINA

_ADDRESS = re.compile(r"[\w.+%-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII)
_FOR_EVER = 500
_SUBJECT = 60


class MailChannel:
    """channel.Channel over SMTP."""

    def __init__(self, settings: NoticeSettings) -> None:
        self._settings = settings

    @staticmethod
    def configured(settings: NoticeSettings) -> bool:
        """A server and a sender are set."""
        return bool(settings.smtp_host and settings.smtp_sender)

    def refused(self, address: str) -> tuple[str, str] | None:
        """Only plain addresses."""
        if _ADDRESS.fullmatch(address):
            return None
        return "应为电子邮件地址，如 name@example.gov.cn", "must be a mail address such as name@example.gov.cn"

    async def send(self, message: Message) -> None:
        """Hand over to the server; a recipient it refuses for ever is not tried again."""
        settings = self._settings
        try:
            await send(
                self._mail(message),
                hostname=settings.smtp_host,
                port=settings.smtp_port,
                username=settings.smtp_user or None,
                password=settings.smtp_password.get_secret_value() or None,
                use_tls=settings.smtp_security == "TLS",
                start_tls=settings.smtp_security == "STARTTLS",
                timeout=settings.timeout_seconds,
            )
        except SMTPRecipientsRefused as refused:
            hopeless = all(recipient.code >= _FOR_EVER for recipient in refused.recipients)
            reasons = "; ".join(f"{recipient.code} {recipient.message}" for recipient in refused.recipients)
            raise NotDeliveredError(reasons, hopeless=hopeless) from refused
        except (SMTPException, OSError) as error:
            raise NotDeliveredError(f"{type(error).__name__}: {error}") from error

    def _mail(self, message: Message) -> EmailMessage:
        mail = EmailMessage()
        sender = self._settings.smtp_sender
        mail["From"] = sender
        mail["To"] = message.address
        mail["Subject"] = f"[审管联动] {' '.join(message.subject.split())[:_SUBJECT]}"
        mail["Date"] = formatdate()
        mail["Message-ID"] = f"<{message.message_id}@{sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content("\n\n".join(map(_paragraph, message.parts)) + "\n")
        return mail


def _paragraph(part: Part) -> str:
    behalf = f"（代 {part.on_behalf_of} 接收 / on behalf of {part.on_behalf_of}）" if part.on_behalf_of else ""
    at = part.created_at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
    lines = [f"{at} {part.notice.zh}{behalf}", part.notice.en, part.notice.about]
    return "\n".join(filter(None, lines))
