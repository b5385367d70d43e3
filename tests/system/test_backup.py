"""A backup taken while the chain runs comes back whole, says so itself, and the chain goes on from it."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from time import monotonic

import asyncpg
import pytest

from ops.failure import CannotRun, Exit
from ops.reconcile_command import reconciled
from ops.replay.sender import Sender
from ops.stack import Stack, silent
from ops.upkeep.backup import back_up
from ops.upkeep.backup_folder import Manifest, read_manifest
from ops.upkeep.restore import fresh_servers, restore, sound_backup
from ops.upkeep.verify import Verdict, verify
from tests.journey import SOURCE, WHOLE, bare_environment, journey

pytestmark = [pytest.mark.servers, pytest.mark.nightly]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("upkeep")
    for parent in (made, *made.parents[:2]):
        parent.chmod(0o711)
    return made


async def saved(folder: Path, name: str, *, with_keys: bool) -> tuple[Path, Manifest]:
    """A stack that has travelled the journey once, and its backup, taken while it runs."""
    async with Stack.open(folder / f"{name}-state", environment=bare_environment()) as stack:
        assert await journey(stack.urls, stack.nats_url, stack.headers()) == WHOLE
        place = folder / name
        manifest = await back_up(stack.owner_urls, place, stack.state.path, with_keys=with_keys, say=silent)
    return place, manifest


@pytest.fixture
async def databases(folder: Path) -> AsyncIterator[Mapping[str, str]]:
    """The backup restored: service → owner's URL, the server running."""
    place = folder / "kept"
    if not place.exists():
        await saved(folder, "kept", with_keys=True)
    state = folder / f"state-{monotonic()}"
    async with fresh_servers(place, state) as owners:
        await restore(place, owners, silent)
        yield owners


async def test_a_restored_backup_is_sound_and_the_chain_goes_on_from_it(folder: Path) -> None:
    place, manifest = await saved(folder, "whole", with_keys=True)
    assert manifest == read_manifest(place)
    assert all(
        saved.entries > 0 and (saved.events > 0 or name == "console") for name, saved in manifest.services.items()
    )
    state = folder / "whole-again"
    async with fresh_servers(place, state) as owners:
        await restore(place, owners, silent)
        verdict = await verify(owners, silent)
    assert verdict.sound, verdict
    assert {name: of["events"] for name, of in verdict.counted.items()} == {
        name: service.events for name, service in manifest.services.items()
    }
    async with (
        Stack.open(state, environment=bare_environment()) as stack,
        Sender(stack.urls, stack.headers()) as sender,
    ):
        outcome = await reconciled(sender, stack.nats_url, SOURCE, lambda _: None, monotonic())
    assert {name: figure for name, figure in outcome.figures.items() if name != "seconds"} == WHOLE.figures
    assert (outcome.lost, outcome.duplicated) == ((), ())


async def test_a_damaged_backup_is_refused_by_the_name_of_its_file(folder: Path) -> None:
    place, _ = await saved(folder, "damaged", with_keys=True)
    dump = place / "credit.dump"
    content = bytearray(dump.read_bytes())
    content[len(content) // 2] ^= 1
    dump.write_bytes(content)
    with pytest.raises(CannotRun) as refused:
        sound_backup(place)
    assert refused.value.exit_code is Exit.FINDING
    assert "credit.dump" in refused.value.zh


async def test_without_the_identity_key_nothing_is_restored(folder: Path) -> None:
    place, manifest = await saved(folder, "keyless", with_keys=False)
    assert manifest.identity
    assert not (place / "keys").exists()
    with pytest.raises(CannotRun) as refused:
        async with fresh_servers(place, folder / "keyless-again"):
            pass
    assert manifest.identity in refused.value.zh


async def test_what_is_there_is_never_written_over(databases: Mapping[str, str], folder: Path) -> None:
    with pytest.raises(CannotRun) as refused:
        await restore(folder / "kept", databases, silent)
    assert refused.value.exit_code is Exit.USAGE


async def test_an_event_its_sender_has_forgotten_is_named(databases: Mapping[str, str]) -> None:
    assert (await verify(databases, silent)).sound
    credit = await asyncpg.connect(databases["credit"])
    event_id = await credit.fetchval("SELECT event_id FROM inbox WHERE consumer = 'credit-from-supervision' LIMIT 1")
    await credit.close()
    supervision = await asyncpg.connect(databases["supervision"])
    await supervision.execute("ALTER TABLE event_log DISABLE TRIGGER ALL")
    await supervision.execute("DELETE FROM event_log WHERE event_id = $1", event_id)
    await supervision.close()
    verdict: Verdict = await verify(databases, silent)
    assert ("credit", "supervision", str(event_id)) in [(u.listener, u.sender, u.event_id) for u in verdict.unknown]
    assert {u.event_id for u in verdict.unknown} == {str(event_id)}
    assert str(event_id) in verdict.broken["supervision"]
