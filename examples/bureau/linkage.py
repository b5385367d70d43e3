"""The linkage for a bureau's own system (对接客户端): one file to copy; it needs httpx and standardwebhooks.

It sends decisions, corrections and inspections, asks the gate and verifies what is pushed, as docs/standard/ asks. Every
call may be made from several threads: one statement leaves after the other.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from threading import Lock
from typing import Any

import httpx
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds between two tries when the answer does not say how long to wait."""
ANSWER_WITHIN = 30.0
_TOO_OFTEN, _SERVER_FAULT = 429, 500
_NDJSON = "application/x-ndjson"


class Refused(Exception):  # noqa: N818 - the linkage's own word
    """不予受理: final. ``problem`` is the whole document; the text is for whoever works on the case."""

    def __init__(self, problem: Mapping[str, Any]) -> None:
        self.problem = problem
        faults = "".join(
            f"\n  {fault['pointer']}：{fault['zh']} / {fault['en']}" for fault in problem.get("errors", ())
        )
        super().__init__(f"{problem.get('title', '')} / {problem.get('title_en', problem.get('status', ''))}{faults}")


class Unanswered(Exception):  # noqa: N818 - the same
    """没有结果: keep the statement and send the same later; it is done once however often it is sent."""


class Forged(Exception):  # noqa: N818 - the same
    """签名不符: answer 401 and do nothing."""


class Linkage:
    """The services behind one address (a gateway, or one service), to be closed at the end.

    ``key``: not needed by who only signs; ``patience``: seconds until ``Unanswered`` is raised.
    """

    def __init__(self, url: str, key: str = "", *, patience: float = 300.0) -> None:
        self._patience = patience
        self._turn = Lock()
        # A proxy of the environment must not see the key.
        self._http = httpx.Client(
            base_url=url,
            headers={"authorization": f"Bearer {key}"} if key else {},
            timeout=ANSWER_WITHIN,
            trust_env=False,
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def send(self, case: Mapping[str, Any]) -> dict[str, Any]:
        """One decision, or a correction as the next revision; its receipt. Raises Refused, Unanswered."""
        return self._sent("/api/v1/cases", case)

    def report(self, inspection: Mapping[str, Any]) -> dict[str, Any]:
        """One inspection, to the service of supervision; its receipt. Raises Refused, Unanswered."""
        return self._sent("/api/v1/inspections", inspection)

    def tell(
        self, source_system: str, secret: str, kind: str, statement: Mapping[str, Any], at: datetime
    ) -> dict[str, Any]:
        """One statement as a signed webhook (签名回调), where no key is kept; its receipt. Raises Refused, Unanswered.

        ``kind``: ``case.decided`` or ``inspection.concluded``; ``at``: when, aware, the same whenever it is sent again.
        """
        body = _written({"type": kind, "timestamp": at.isoformat(), "data": statement})
        message_id = f"msg_{sha256(body).hexdigest()}"

        def signed() -> dict[str, str]:  # at each try: a timestamp is good for five minutes
            now = datetime.now(UTC)
            signature = Webhook(secret).sign(message_id, now, body.decode())
            timestamp = str(int(now.timestamp()))
            said = {"webhook-id": message_id, "webhook-timestamp": timestamp, "webhook-signature": signature}
            return said | {"content-type": "application/json"}

        with self._turn:
            answer: dict[str, Any] = self._answered(f"/api/v1/webhooks/{source_system}", body, signed).json()
        return answer

    def send_batch(self, cases: Sequence[Mapping[str, Any]]) -> dict[tuple[str, int], Refused | None]:
        """Many at once: (办件编号, 版次) → None when it was taken, or the refusal. Raises Refused, Unanswered."""
        outcome: dict[tuple[str, int], Refused | None] = {}
        waiting, pause, until = list(cases), FIRST_PAUSE, time.monotonic() + self._patience
        with self._turn:
            while waiting:
                lines = b"\n".join(map(_written, waiting))
                said = self._answered("/api/v1/cases:batch", lines, {"content-type": _NDJSON}).text.splitlines()
                again = []
                # A service that stops while it answers says less; what it did not say is sent again.
                for case, line in zip(waiting, [*map(json.loads, said), *[None] * len(waiting)], strict=False):
                    problem = line and line.get("problem")
                    if line is None or line["status"] >= _SERVER_FAULT or (problem and problem.get("retryable")):
                        again.append(case)
                    else:
                        outcome[case["case_id"], case.get("revision", 1)] = Refused(problem) if problem else None
                waiting = again
                if waiting:
                    pause = _slept(pause, None, until, f"{len(waiting)} lines to be sent again")
        return outcome

    def may_apply(self, id_type: str, id_no: str, item: str, by: str = "") -> dict[str, Any]:
        """The answer of the gate (信用关口); by POST, so that no number stands in an address. Raises Refused, Unanswered."""
        asked = _written({"id_type": id_type, "id_no": id_no, "item": item, "by": by})
        answer: dict[str, Any] = self._answered("/api/v1/gate", asked, {"content-type": "application/json"}).json()
        return answer

    def _sent(self, path: str, statement: Mapping[str, Any]) -> dict[str, Any]:
        body = _written(statement)
        # Made of the content: the same after a restart, another when a clerk has put it right.
        headers = {"content-type": "application/json", "idempotency-key": sha256(body).hexdigest()}
        with self._turn:
            answer: dict[str, Any] = self._answered(path, body, headers).json()
        return answer

    def _answered(
        self, path: str, body: bytes, headers: Mapping[str, str] | Callable[[], Mapping[str, str]]
    ) -> httpx.Response:
        pause, until = FIRST_PAUSE, time.monotonic() + self._patience
        while True:
            wait: str | None = None
            said = headers() if callable(headers) else headers
            try:
                answer = self._http.post(path, content=body, headers=dict(said))
            except httpx.TransportError as error:  # no whole answer is no result
                why = repr(error)
            else:
                wait, why = answer.headers.get("retry-after"), f"HTTP {answer.status_code}"
                if answer.is_success:
                    return answer
                if answer.status_code < _SERVER_FAULT and answer.status_code != _TOO_OFTEN and wait is None:
                    raise Refused(_problem(answer))
            pause = _slept(pause, wait, until, why)


def verified(secrets: Sequence[str], body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
    """What was pushed (推送), when one of ``secrets`` signed it within five minutes; ``body`` as received. Raises Forged.

    There are two secrets while they change over.
    """
    said = {name.lower(): value for name, value in headers.items() if name.lower().startswith("webhook-")}
    why = "no secret"
    for secret in secrets:
        try:
            Webhook(secret).verify(body, said, json_parse=False)
            message: dict[str, Any] = json.loads(body)
        except (WebhookVerificationError, ValueError) as error:
            why = str(error)
        else:
            return message
    raise Forged(why)


def _written(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _problem(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        said = answer.json()
    except ValueError:
        said = None
    return said if isinstance(said, dict) else {"title": answer.text[:200], "status": answer.status_code}


def _slept(pause: float, wait: str | None, until: float, why: str) -> float:
    """Sleep as long as the answer asked, or ``pause``; the next pause. Raises Unanswered, and says why, when time is up."""
    seconds = max(pause, float(wait)) if wait and wait.isdigit() else pause
    if time.monotonic() + seconds > until:
        raise Unanswered(f"没有结果（{why}），请保留该件，稍后原样再发 / no result; keep it and send the same later")
    time.sleep(seconds)
    return min(pause * 2, LONGEST_PAUSE)
