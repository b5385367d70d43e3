"""The development issuer (开发用签发者): a key pair in the state folder, for stacks no identity provider stands beside.

Its tokens are as good as any other: the services do not know that the key lies here. Whoever reads the state folder can
sign in as anybody, so the folder belongs to one person and real deployments name an issuer of their own.
"""

import json
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

from kernel.role import SEPARATED, Role, require_separated
from ops.state_folder import StateFolder

AUDIENCE = "shenguan"
KEY_FILE, _SET = "issuer.key", "issuer.jwks"
_HOURS = 12.0
_EVERY = "*"
BUSINESS = tuple(role for role in Role if role not in SEPARATED)
"""Every role of the business."""


class Issuer:
    """The issuer of one state folder; its key is made once (mode 0600)."""

    def __init__(self, state: StateFolder) -> None:
        self._state = state
        self._key = self._load()

    @property
    def name(self) -> str:
        """``iss``: the fingerprint of the key, so that another folder's tokens are another issuer's."""
        return f"urn:shenguan:development:{self._key.kid}"

    def settings(self, *, inline: bool = False) -> dict[str, str]:
        """What makes a service believe this issuer; ``inline``: the keys themselves, for a service on another machine."""
        keys = {"keys": [self._key.as_dict(private=False)]}
        return {
            "SHENGUAN_OIDC_ISSUER": self.name,
            "SHENGUAN_OIDC_AUDIENCE": AUDIENCE,
            "SHENGUAN_OIDC_JWKS": json.dumps(keys) if inline else str(self._state.path / _SET),
        }

    def token(
        self,
        who: str,
        *,
        kind: str,
        roles: Iterable[Role],
        departments: Iterable[str] = (),
        regions: Iterable[str] = (),
        hours: float = _HOURS,
        ago_hours: float = 0,
        name: str = "",
    ) -> str:
        """A token that says so, issued ``ago_hours`` ago, for ``hours`` from now; ``name``: of the person, to be shown.

        Refuses ``roles-not-separated``.
        """
        held = sorted(roles)
        require_separated(held)
        now = int(time.time())
        claims = {
            "iss": self.name,
            "aud": AUDIENCE,
            "sub": who,
            "kind": kind,
            "roles": held,
            "departments": sorted(departments) or [_EVERY],
            "regions": sorted(regions) or [_EVERY],
            "iat": now - round(ago_hours * 3600),
            "exp": now + round(hours * 3600),
        }
        named = {"name": name} if name else {}
        return jwt.encode({"alg": "ES256", "kid": self._key.kid}, claims | named, self._key)

    def commands(self, administrator: Role = Role.SYSTEM_ADMIN) -> str:
        """A token for the commands of this machine: all business, and one kind of administration."""
        return self.token("shenguan-commands", kind="SYSTEM", roles=(*BUSINESS, administrator))

    def _load(self) -> ECKey:
        kept: Any = self._state.read(KEY_FILE)
        if kept is None:
            made = ECKey.generate_key("P-256", parameters={"use": "sig", "alg": "ES256"}, auto_kid=True)
            kept = made.as_dict(private=True)
            self._state.write(_SET, {"keys": [made.as_dict(private=False)]})
            self._state.write(KEY_FILE, kept)
        return ECKey.import_key(kept)


def signed_in(token: str) -> dict[str, str]:
    """The header that carries a token."""
    return {"Authorization": f"Bearer {token}"}


def headers_of(state: Path, administrator: Role = Role.SYSTEM_ADMIN) -> dict[str, str]:
    """How the programs of this machine sign in at the stack of a state folder.

    With ``SHENGUAN_TOKEN`` where it is set: a stack may believe another issuer than its own.
    """
    given = os.environ.get("SHENGUAN_TOKEN")
    return signed_in(given or Issuer(StateFolder(state)).commands(administrator))
