"""A token opens the door only when the issuer we trust made it for us, now, with a key and an algorithm we accept."""

import json
import time
from base64 import urlsafe_b64encode
from hashlib import sha256
from hmac import digest
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

from chassis.access.keys import IssuerKeys
from chassis.access.principal import Principal, PrincipalKind
from chassis.access.settings import AccessError, OidcSettings
from chassis.access.tokens import LARGEST, Tokens
from kernel.refusal import Refusal
from kernel.role import Role
from tests.tokens import AUDIENCE, ISSUER, JWKS, KEY, claims, token

OTHER = ECKey.generate_key("P-256", parameters={"kid": "test-1"})
"""A stranger's key under the name of ours."""


def settings(**changes: Any) -> OidcSettings:
    return OidcSettings(issuer=ISSUER, audience=AUDIENCE, jwks=JWKS).model_copy(update=changes)


@pytest.fixture
def tokens() -> Tokens:
    return Tokens(settings())


def part(content: Any) -> str:
    plain = content if isinstance(content, bytes) else json.dumps(content).encode()
    return urlsafe_b64encode(plain).rstrip(b"=").decode()


def signed(header: dict[str, Any], key: Any = KEY, **changes: Any) -> str:
    return jwt.encode({"alg": "ES256", "kid": KEY.kid} | header, claims(**changes), key)


def unsigned(algorithm: str) -> str:
    return f"{part({'alg': algorithm, 'kid': KEY.kid})}.{part(claims())}."


def with_shared_secret(secret: bytes) -> str:
    body = f"{part({'alg': 'HS256', 'kid': KEY.kid})}.{part(claims())}"
    return f"{body}.{part(digest(secret, body.encode(), sha256))}"


def altered(**changes: Any) -> str:
    head, _, signature = token().split(".")
    return f"{head}.{part(claims(**changes))}.{signature}"


PUBLIC_PEM = KEY.as_pem(private=False)
NOW = int(time.time())
ATTACKS = {
    "no algorithm": unsigned("none"),
    "no algorithm in capitals": unsigned("NONE"),
    "the public key as a shared secret": with_shared_secret(PUBLIC_PEM),
    "the public key's document as a shared secret": with_shared_secret(json.dumps(KEY.as_dict(private=False)).encode()),
    "another algorithm than the key's": jwt.encode(
        {"alg": "RS256", "kid": KEY.kid}, claims(), RSAKey.generate_key(2048)
    ),
    "another key under the same name": signed({}, OTHER),
    "a key of its own in the header": signed({"jwk": OTHER.as_dict(private=False)}, OTHER),
    "an address of keys in the header": signed({"jku": "https://evil.test/keys.json"}, OTHER),
    "a certificate's address in the header": signed({"x5u": "https://evil.test/cert.pem"}, OTHER),
    "a key nobody knows": signed({"kid": "elsewhere"}),
    "a path for a key": signed({"kid": "../../../../dev/null"}),
    "an address for a key": signed({"kid": "https://evil.test/keys.json"}),
    "a statement for a key": signed({"kid": "x' OR '1'='1"}),
    "no key at all": jwt.encode({"alg": "ES256"}, claims(), KEY),
    "a critical header nobody knows": ".".join(
        [part({"alg": "ES256", "kid": KEY.kid, "crit": ["b64"], "b64": False}), *token().split(".")[1:]]
    ),
    "another issuer": token(iss="https://other.test"),
    "an issuer with a slash": token(iss=ISSUER + "/"),
    "another audience": token(aud="another-system"),
    "a list of other audiences": token(aud=["a", "b"]),
    "no audience": token(aud=None),
    "expired": token(exp=NOW - 3600),
    "without an end": token(exp=None),
    "an end that is no number": token(exp="tomorrow"),
    "not yet valid": token(nbf=NOW + 3600),
    "issued in the future": token(iat=NOW + 3600),
    "altered": altered(sub="mayor"),
    "altered roles": altered(roles=["SECURITY_ADMIN"]),
    "without a signature": token().rpartition(".")[0] + ".",
    "half a token": token().partition(".")[0],
    "five parts": "a.b.c.d.e",
    "a header that is a list": f"{part([1])}.{part(claims())}.x",
    "a header that is deep": f"{part(b'[' * 5000)}.x.x",
    "no base64": "%%%.%%%.%%%",
    "not ASCII": "令牌.令牌.令牌",
    "a lone surrogate": "\ud800.a.b",
    "NUL": "\x00",
    "nothing": "",
    "oversized": "a" * (LARGEST + 1),
    "nobody": token(sub=""),
    "a name with a line break": token(sub="a\nb"),
    "a name that is no text": signed({}, sub=7),
    "a kind nobody knows": token(kind="SERVICE"),
    "a kind that is no text": signed({}, kind=["PERSON"]),
}


@pytest.mark.parametrize("attack", ATTACKS)
async def test_an_attack_with_a_token_is_refused(tokens: Tokens, attack: str) -> None:
    with pytest.raises(Refusal) as refused:
        await tokens(ATTACKS[attack])
    assert (refused.value.status, refused.value.code) == (401, "not-signed-in")
    assert refused.value.zh
    assert refused.value.en


async def test_a_good_token_says_who_asks_and_within_which_bounds(tokens: Tokens) -> None:
    given = token("1001", "PERSON", [Role.SUPERVISOR, "offline_access"], departments=["DEMO-FOOD"], regions=["640202"])
    assert await tokens(given) == Principal(
        id="1001",
        kind=PrincipalKind.PERSON,
        roles=frozenset({Role.SUPERVISOR}),
        regions=frozenset({"640202"}),
        departments=frozenset({"DEMO-FOOD"}),
    )


async def test_a_token_without_bounds_sees_nothing(tokens: Tokens) -> None:
    who = await tokens(token("1001", "PERSON", [Role.SUPERVISOR], departments=["", 7], regions={"*": 1}))
    assert (who.departments, who.regions) == (frozenset(), frozenset())


@pytest.mark.parametrize(
    "pair", [("SYSTEM_ADMIN", "SECURITY_ADMIN"), ("SECURITY_ADMIN", "AUDITOR"), ("SYSTEM_ADMIN", "AUDITOR")]
)
async def test_two_administrations_in_one_hand_are_refused(tokens: Tokens, pair: tuple[str, str]) -> None:
    with pytest.raises(Refusal) as refused:
        await tokens(token("1001", "PERSON", pair))
    assert (refused.value.status, refused.value.code) == (403, "roles-not-separated")


async def test_a_token_that_was_good_ends_all_the_same() -> None:
    clock = [time.time()]
    tokens = Tokens(settings(), now=lambda: clock[0])
    given = token()
    await tokens(given)
    clock[0] += 8 * 3600 + 31
    with pytest.raises(Refusal, match="expired"):
        await tokens(given)


async def test_what_was_refused_is_not_remembered_as_good(tokens: Tokens) -> None:
    for _ in range(2):
        with pytest.raises(Refusal):
            await tokens(ATTACKS["another audience"])


async def test_every_accepted_algorithm_is_accepted_with_its_own_kind_of_key() -> None:
    keys: dict[str, ECKey | RSAKey | OKPKey] = {
        "ES256": ECKey.generate_key("P-256", parameters={"kid": "e"}),
        "RS256": RSAKey.generate_key(2048, parameters={"kid": "r"}),
        "Ed25519": OKPKey.generate_key("Ed25519", parameters={"kid": "o"}),
    }
    tokens = Tokens(settings(jwks=json.dumps({"keys": [key.as_dict(private=False) for key in keys.values()]})))
    for algorithm, key in keys.items():
        given = jwt.encode({"alg": algorithm, "kid": key.kid}, claims("a"), key, algorithms=[algorithm])
        assert (await tokens(given)).id == "a"


@pytest.mark.filterwarnings("ignore:Key size")
async def test_shared_secrets_and_weak_keys_of_the_issuer_are_not_used() -> None:
    weak = RSAKey.generate_key(1024, parameters={"kid": "weak"})
    for_sealing = KEY.as_dict(private=False) | {"kid": "sealing", "use": "enc"}
    secret = {"kty": "oct", "k": part(b"k" * 32), "kid": "secret"}
    keys = IssuerKeys(json.dumps({"keys": [weak.as_dict(private=False), for_sealing, secret]}))
    assert [await keys.find(kid) for kid in ("weak", "sealing", "secret")] == [None, None, None]


async def test_another_issuers_names_are_found_along_their_path() -> None:
    foreign = settings(
        person_claim="preferred_username", roles_claim="realm_access.roles", departments_claim="org.departments"
    )
    given = token(
        "0f3a", "PERSON", preferred_username="1001", realm_access={"roles": ["APPROVER"]}, org={"departments": "A B"}
    )
    who = await Tokens(foreign)(given)
    assert (who.id, who.roles, who.departments) == ("1001", frozenset({Role.APPROVER}), frozenset("AB"))


async def test_a_key_the_issuer_added_is_read_from_the_file_at_most_once_a_minute(tmp_path: Path) -> None:
    file, clock = tmp_path / "keys.json", [0.0]
    file.write_text(JWKS)
    keys = IssuerKeys(str(file), lambda: clock[0])
    assert await keys.find("later") is None
    later = ECKey.generate_key("P-256", parameters={"kid": "later"})
    file.write_text(json.dumps({"keys": [KEY.as_dict(private=False), later.as_dict(private=False)]}))
    clock[0] = 59.0
    assert await keys.find("later") is None
    clock[0] = 61.0
    assert await keys.find("later") is not None
    assert await keys.find("test-1") is not None


async def test_a_broken_file_leaves_the_keys_that_were_known(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    file.write_text(JWKS)
    keys = IssuerKeys(str(file))
    file.write_text("{")
    assert await keys.find("later") is None
    assert await keys.find("test-1") is not None


async def test_keys_at_an_address_nobody_answers_are_told_as_away_and_not_as_a_bad_token() -> None:
    keys = IssuerKeys("http://127.0.0.1:1/keys")
    with pytest.raises(Refusal) as refused:
        await keys.find("test-1")
    assert (refused.value.status, refused.value.retryable) == (503, True)


@pytest.mark.parametrize(
    "source", ["/no/such/file", "{", '{"keys": 1}', '{"keys": [{"kty": "EC"}]}', "http://issuer.test/keys"]
)
def test_keys_that_cannot_be_believed_keep_the_service_from_starting(source: str) -> None:
    with pytest.raises(AccessError, match="SHENGUAN_OIDC_JWKS"):
        IssuerKeys(source)


@pytest.mark.parametrize("name", ["issuer", "audience", "jwks"])
def test_a_service_says_which_setting_it_misses(name: str) -> None:
    with pytest.raises(AccessError, match=f"SHENGUAN_OIDC_{name.upper()}"):
        settings(**{name: ""}).required()


async def test_keys_are_fetched_from_an_address_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200, text=JWKS)

    plain = httpx.AsyncClient
    monkeypatch.setattr(httpx, "AsyncClient", lambda **options: plain(transport=httpx.MockTransport(answer), **options))
    keys = IssuerKeys("https://issuer.test/keys")
    assert await keys.find("test-1") is not None
    assert await keys.find("unknown") is None
    assert await keys.find("unknown-too") is None
    assert asked == ["https://issuer.test/keys"]
