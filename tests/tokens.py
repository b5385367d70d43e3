"""Signing in for tests (测试登录): one fixed issuer, the settings that make a service believe it, and its tokens."""

import json
import time
from collections.abc import Iterable
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

from kernel.role import Role

ISSUER, AUDIENCE = "https://issuer.test", "shenguan"
KEY = ECKey.import_key(
    {
        "kty": "EC",
        "crv": "P-256",
        "kid": "test-1",
        "x": "rJI7tbzY5CqXyvPIfojbeu8KLg3_X8xvAm9tDPOn7RM",
        "y": "9rNFB72O3EFUFH70-Hzk39eSCtECxrXucf7GT5aR6gk",
        "d": "B7Q8u7crUvXSdvPBz651UFwn_sCL2QQF6f-6ySg_jPo",
    }
)
"""Made for these tests and worth nothing anywhere else."""
JWKS = json.dumps({"keys": [KEY.as_dict(private=False)]})
SETTINGS = {"SHENGUAN_OIDC_ISSUER": ISSUER, "SHENGUAN_OIDC_AUDIENCE": AUDIENCE, "SHENGUAN_OIDC_JWKS": JWKS}
"""What a service's environment needs."""
EVERY = "*"
BUSINESS = tuple(role for role in Role if role not in {Role.SECURITY_ADMIN, Role.AUDITOR})
"""Every role of the business and one of the three administrators."""


def claims(sub: str = "tests", kind: str = "SYSTEM", roles: Iterable[str] = BUSINESS, **changes: Any) -> dict[str, Any]:
    now = int(time.time())
    plain = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": sub,
        "kind": kind,
        "roles": list(roles),
        "regions": [EVERY],
        "departments": [EVERY],
        "iat": now,
        "exp": now + 8 * 3600,
    }
    return plain | changes


def token(sub: str = "tests", kind: str = "SYSTEM", roles: Iterable[str] = BUSINESS, **changes: Any) -> str:
    """A token of a bureau's system that may do all business, unless it is told to be somebody else."""
    return jwt.encode({"alg": "ES256", "kid": KEY.kid}, claims(sub, kind, roles, **changes), KEY)


def headers(
    sub: str = "tests", kind: str = "SYSTEM", roles: Iterable[str] = BUSINESS, **changes: Any
) -> dict[str, str]:
    return {"Authorization": f"Bearer {token(sub, kind, roles, **changes)}"}


def person(code: str, *roles: Role, **changes: Any) -> dict[str, str]:
    """The headers of a person."""
    return headers(code, "PERSON", roles, **changes)
