"""The secret of a signed message (签名密钥) as Standard Webhooks writes it, whoever signs."""

from base64 import b64encode
from secrets import token_bytes

_BYTES = 32


def new_secret() -> str:
    """``whsec_`` and 32 random bytes in base64."""
    return f"whsec_{b64encode(token_bytes(_BYTES)).decode()}"
