"""网络回调: a listed name that leads into this machine is not asked; its number is, when somebody listed it."""

import asyncio
from typing import Any

import pytest

from chassis.notices.channel import NotDeliveredError
from chassis.notices.webhook import _require_outside


def resolving(monkeypatch: pytest.MonkeyPatch, *numbers: str) -> list[str]:
    asked: list[str] = []

    async def getaddrinfo(host: str, port: int, **_kind: Any) -> list[tuple[Any, ...]]:
        asked.append(host)
        return [(2, 1, 6, "", (number, port)) for number in numbers]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize(
    "number",
    ["127.0.0.1", "127.9.9.9", "::1", "169.254.169.254", "fe80::1%eth0", "0.0.0.0", "224.0.0.1"],  # noqa: S104 - asked, not bound
)
async def test_a_name_that_leads_inside_is_not_asked(monkeypatch: pytest.MonkeyPatch, number: str) -> None:
    resolving(monkeypatch, "192.0.2.7", number)
    with pytest.raises(NotDeliveredError) as refused:
        await _require_outside("https://oa.example.gov.cn/hook")
    assert not refused.value.hopeless


@pytest.mark.parametrize("number", ["192.0.2.7", "10.1.2.3", "2001:db8::7"])
async def test_a_name_that_leads_to_another_machine_is_asked(monkeypatch: pytest.MonkeyPatch, number: str) -> None:
    asked = resolving(monkeypatch, number)
    await _require_outside("https://oa.example.gov.cn/hook")
    assert asked == ["oa.example.gov.cn"]


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000/", "http://[::1]/", "http://localhost/"])
async def test_this_machine_is_asked_by_its_number(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    assert resolving(monkeypatch, "127.0.0.1") == []
    await _require_outside(address)
