"""The doctor of the machine names open key files, keys that expire and old backups, and says what it could not see."""

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chassis.signing.statement import ED25519
from ops.state_folder import write_private
from ops.upkeep import doctor_machine
from ops.upkeep.doctor_database import migrations_of, newest
from ops.upkeep.finding import Check, Finding, Level, examine

NOW = datetime(2026, 11, 27, tzinfo=UTC)


def trusted(*until: datetime | None) -> str:
    return json.dumps(
        [
            {
                "service": "approval",
                "algorithm": ED25519,
                "public_key": b64encode(Ed25519PrivateKey.generate().public_key().public_bytes_raw()).decode(),
                "valid_to": end and end.isoformat(),
            }
            for end in until
        ]
    )


def test_a_key_file_others_can_read_is_named(tmp_path: Path) -> None:
    write_private(tmp_path / "identity.key", b"k")
    (tmp_path / "nkeys").mkdir()
    write_private(tmp_path / "nkeys" / "credit.seed", b"s")
    assert doctor_machine.private(tmp_path) == []
    (tmp_path / "nkeys" / "credit.seed").chmod(0o640)
    (found,) = doctor_machine.private(tmp_path)
    assert (found.level, found.about) == (Level.BAD, str(tmp_path / "nkeys" / "credit.seed"))
    assert "0640" in found.en


@pytest.mark.parametrize(
    ("until", "level"),
    [
        ((None,), None),
        ((NOW + timedelta(days=31),), None),
        ((NOW + timedelta(days=29),), Level.WARN),
        ((NOW - timedelta(days=1),), Level.BAD),
        ((NOW - timedelta(days=1), NOW + timedelta(days=99)), None),
        ((NOW + timedelta(days=1), None), None),
    ],
)
def test_the_key_that_lasts_longest_decides(until: tuple[datetime | None, ...], level: Level | None) -> None:
    found = doctor_machine.trusted_for_long(trusted(*until), NOW)
    assert [each.level for each in found] == ([level] if level else [])


@pytest.mark.parametrize(("hours", "told"), [(23, 0), (25, 1), (None, 1)])
def test_a_backup_older_than_a_day_or_none_is_told(tmp_path: Path, hours: int | None, told: int) -> None:
    note = tmp_path / "last-backup.json"
    if hours is not None:
        note.write_text(json.dumps({"made_at": (NOW - timedelta(hours=hours)).isoformat()}), encoding="utf-8")
    found = doctor_machine.backed_up(note, NOW)
    assert [each.level for each in found] == [Level.WARN] * told


def test_a_full_disk_is_told_with_its_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type("Usage", (), {"free": 10**9, "total": 50 * 10**9})
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    (found,) = doctor_machine.roomy(tmp_path / "not-made-yet")
    assert (found.level, "1.0 GB" in found.en) == (Level.BAD, True)


async def test_what_cannot_be_looked_at_is_a_warning_and_the_rest_goes_on() -> None:
    async def away() -> list[Finding]:
        raise ConnectionError("nobody answers")

    async def fine() -> list[Finding]:
        return []

    looks = {"away": away, "fine": fine}
    checks = [Check(code=code, zh=code, en=code, look=look) for code, look in looks.items()]
    first, second = await examine(checks, (OSError,))
    assert (first.level, second.level) == (Level.WARN, Level.OK)
    assert "nobody answers" in first.en
    assert first.remedy_en
    with pytest.raises(ConnectionError):
        await examine(checks, (ValueError,))


def test_the_newest_revision_of_an_installed_service_is_known_without_importing_it() -> None:
    assert newest(migrations_of("credit")) >= "0009"
    with pytest.raises(LookupError):
        migrations_of("no_such_service")
