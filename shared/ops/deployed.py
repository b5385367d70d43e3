"""A deployed stack (已部署的服务栈): services, streams and a token that the environment names, supervised by somebody else."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from contracts.topology import LISTENS
from ops.failure import CannotRun, Exit
from ops.issuer import signed_in
from ops.services import variable


@dataclass(frozen=True)
class Deployed:
    """What commands may do with it. ``urls``: service → base URL; ``token``: how they sign in."""

    urls: Mapping[str, str]
    nats_url: str
    token: str

    @classmethod
    def named(cls) -> Self | None:
        """The stack of ``SHENGUAN_<SERVICE>_URL``, ``SHENGUAN_NATS_URL`` and ``SHENGUAN_TOKEN``.

        None when not every service is named. Raises CannotRun when they are and one of the others is not.
        """
        urls = {name: os.environ.get(variable(name, "URL"), "") for name in LISTENS}
        if not all(urls.values()):
            return None
        missing = [name for name in ("SHENGUAN_NATS_URL", "SHENGUAN_TOKEN") if not os.environ.get(name)]
        if missing:
            names = ", ".join(missing)
            raise CannotRun(
                zh=f"环境变量指明了各服务的地址，还缺 {names}",
                en=f"the environment names every service; set {names} too",
                exit_code=Exit.USAGE,
            )
        return cls(urls, os.environ["SHENGUAN_NATS_URL"], os.environ["SHENGUAN_TOKEN"])

    def headers(self) -> dict[str, str]:
        """How programs sign in at its services."""
        return signed_in(self.token)

    def kill(self, name: str) -> int:
        """Refused: its processes are not ours."""
        raise CannotRun(
            zh=f"{name} 由部署环境管理，不能在此强杀",
            en=f"{name} belongs to the deployment and cannot be killed from here",
            exit_code=Exit.USAGE,
        )
