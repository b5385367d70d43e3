"""``shenguan <service> migrate`` (迁移): the same command of every service; its database comes to the newest revision."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from chassis.owner import PATIENCE, Owner, answered
from chassis.settings import DatabaseSettings
from ops.failure import CannotRun, Exit
from ops.narrator import Narrator, conduct
from ops.services import variable
from ops.up_command import Json

DatabaseUrl = Annotated[
    str,
    typer.Option(
        help="服务的数据库，缺省见环境变量 …_DATABASE_URL / the service's database; default: the environment's"
    ),
]
OwnerUrl = Annotated[
    str,
    typer.Option(help="同一数据库，属主的地址，缺省 …_OWNER_URL / the same, as its owner; default: the environment's"),
]


def offer(app: typer.Typer, service: str, migrations: Path) -> None:
    """Add the command to those of a service. ``migrations``: the service's folder of revisions."""

    @app.command(
        epilog=f"例 / example: shenguan {service} migrate --database-url postgresql://s:…@db.example/{service}"
    )
    def migrate(*, database_url: DatabaseUrl = "", owner_url: OwnerUrl = "", as_json: Json = False) -> None:
        """把服务的数据库升级到最新版本，可重复执行 / bring the service's database to the newest revision; may be repeated.

        退出码 / exit codes: 0 up to date · 2 no database named · 70 the database does not answer.
        """
        conduct(_migrated(service, migrations, Narrator(as_json=as_json), database_url, owner_url))


async def _migrated(service: str, migrations: Path, narrator: Narrator, database_url: str, owner_url: str) -> Exit:
    if not database_url:
        settings = _settings(service)
        database_url = settings.database_url.get_secret_value()
        owner_url = owner_url or settings.owner_url.get_secret_value()
    prepare = partial(Owner(owner_url, database_url).prepare, migrations)
    try:
        await answered(prepare, lambda _: narrator.say(f"等待 {service} 的数据库", f"waiting for {service}'s database"))
    except TimeoutError as away:
        raise CannotRun(
            zh=f"{service} 的数据库 {PATIENCE:.0f} 秒内没有答复，请检查它与地址",
            en=f"the database of {service} did not answer for {PATIENCE:.0f} s; look after it and its address",
        ) from away
    narrator.hand_over({"service": service, "migrated": True})
    narrator.show(f"{service} 的数据库已是最新版本 / the database of {service} is up to date")
    return Exit.DONE


def _settings(service: str) -> DatabaseSettings:
    try:
        return DatabaseSettings.of(service)
    except ValidationError as missing:
        name = variable(service, "DATABASE_URL")
        raise CannotRun(
            zh=f"请用 --database-url 或 {name} 指明数据库",
            en=f"name the database with --database-url or {name}",
            exit_code=Exit.USAGE,
        ) from missing
