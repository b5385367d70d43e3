"""Service keys (服务密钥): what one service signs with and whom it believes, from its settings, checked when it starts."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from chassis.settings import ServiceSettings
from chassis.signing.events import EventVerifier
from chassis.signing.signer import Signer, signer_of
from chassis.signing.trusted import DistrustError, Trusted


@dataclass(frozen=True)
class ServiceKeys:
    """The keys of one process."""

    signer: Signer
    trusted: Trusted
    verifier: EventVerifier

    @classmethod
    def of(cls, service: str, settings: ServiceSettings) -> Self:
        """The keys the settings name.

        Raises:
            ValueError: not a key, or the others would not believe it: it is not among the trusted keys.
        """
        signer, trusted = signer_of(settings.signing_key.get_secret_value()), Trusted.of(settings.trusted_keys)
        try:
            trusted.believed(signer.key_id, signer.algorithm, service=service, at=datetime.now(UTC))
        except DistrustError as fault:
            raise ValueError(
                f"{service} 的签名密钥不可信 / its signing key is not trusted: {fault.zh} / {fault}"
            ) from fault
        return cls(signer, trusted, EventVerifier(trusted))
