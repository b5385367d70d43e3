"""A small identity provider (身份系统): authorization code with PKCE, as a process. `python -m tests.integration.console.issuer PORT`.

It signs whoever comes in as the inspector officer-1 (钱示一), unless the client asks wrongly.
"""

import hashlib
import sys
from base64 import urlsafe_b64encode
from secrets import token_urlsafe
from typing import Annotated, Any
from urllib.parse import urlencode

import uvicorn
from fastapi import FastAPI, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from joserfc import jwt

from kernel.role import Role
from tests.tokens import AUDIENCE, JWKS, KEY, claims

CLIENT, SECRET = "console", "only-for-tests"


def build(issuer: str) -> FastAPI:
    app = FastAPI()
    given: dict[str, dict[str, str]] = {}

    @app.get("/.well-known/openid-configuration")
    async def described() -> dict[str, str]:
        return {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/jwks",
        }

    @app.get("/jwks")
    async def keys() -> Response:
        return Response(JWKS, media_type="application/json")

    @app.get("/authorize")
    async def authorize(request: Request) -> RedirectResponse:
        asked = request.query_params
        assert (asked["client_id"], asked["response_type"]) == (CLIENT, "code")
        assert asked["code_challenge_method"] == "S256"
        code = token_urlsafe()
        given[code] = {"challenge": asked["code_challenge"], "redirect_uri": asked["redirect_uri"]}
        back = {"code": code, "state": asked["state"], "iss": issuer}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", 303)

    @app.post("/token")
    async def token(
        request: Request,
        code: Annotated[str, Form()],
        code_verifier: Annotated[str, Form()],
        redirect_uri: Annotated[str, Form()],
    ) -> Any:
        known = given.pop(code, {})
        challenge = urlsafe_b64encode(hashlib.sha256(code_verifier.encode()).digest()).rstrip(b"=").decode()
        basic = request.headers.get("authorization", "").startswith("Basic ")
        if not basic or known != {"challenge": challenge, "redirect_uri": redirect_uri}:
            return JSONResponse({"error": "invalid_grant"}, 400)
        said = claims(
            "officer-1", "PERSON", [Role.SUPERVISOR], iss=issuer, aud=AUDIENCE, departments=["DEMO-FOOD"], name="钱示一"
        )
        made = jwt.encode({"alg": "ES256", "kid": KEY.kid}, said, KEY)
        return {"access_token": made, "token_type": "Bearer", "expires_in": 300}

    return app


if __name__ == "__main__":
    port = int(sys.argv[1])
    uvicorn.run(build(f"http://127.0.0.1:{port}"), host="127.0.0.1", port=port, log_level="warning")
