"""Masking (脱敏): personal data as lists, answers, logs and error texts may show it: 6+8*+4, 3+4*+4, 张*.

``masked…`` hide what is known to be a number, a phone, an address or a name. ``presentable`` and ``discreet`` look for
resident identity numbers (with a valid check digit) and mobile phones in a text nobody vouches for.
"""

import re

from kernel.subject import IdType, number_fault

_NUMBER = re.compile(r"(?<!\d)\d{6}[ -]?\d{8}[ -]?\d{3}[0-9Xx](?![0-9])")
_PHONE = re.compile(r"(?<![0-9a-fA-F.])1[3-9]\d([ -]?)\d{4}\1\d{4}(?![0-9a-fA-F])")
_SEPARATORS = re.compile("[ -]")
_SHORTEST, _PHONE_DIGITS = 12, 11


def masked(number: str) -> str:
    """An identity number (证件号码): the first 6 and the last 4, or less when it is short."""
    if len(number) < _SHORTEST:
        return number[:1] + "*" * (len(number) - 1)
    return number[:6] + "*" * (len(number) - 10) + number[-4:]


def masked_name(name: str) -> str:
    """A person's name (姓名): the first character and stars."""
    return name[:1] + "*" * (len(name) - 1)


def masked_phone(phone: str) -> str:
    """A mobile phone (手机号码): 3+4*+4; anything else of digits keeps its last two."""
    digits = phone.strip()
    if len(digits) == _PHONE_DIGITS:
        return digits[:3] + "****" + digits[-4:]
    return "*" * max(0, len(digits) - 2) + digits[-2:]


def masked_mail(address: str) -> str:
    """A mail address (电子邮件): the first letter and the domain."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}***{at}{domain}" if at else masked_name(address)


def presentable(text: str) -> str:
    """A text for the public: whatever in it is a resident identity number is masked, wherever it came from."""
    return _NUMBER.sub(_hidden, text)


def discreet(text: str) -> str:
    """A text for logs, spans and error bodies: resident identity numbers and mobile phones are masked."""
    return _PHONE.sub(lambda found: masked_phone(_bare(found)), presentable(text))


def tells(text: str) -> bool:
    """True when a resident identity number or a mobile phone stands in the text."""
    return discreet(text) != text


def _hidden(found: re.Match[str]) -> str:
    number = _bare(found)
    return masked(number) if number_fault("", IdType.RESIDENT, number.upper()) is None else found.group()


def _bare(found: re.Match[str]) -> str:
    return _SEPARATORS.sub("", found.group())
