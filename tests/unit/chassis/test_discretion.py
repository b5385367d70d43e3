"""Logs, spans, error bodies and dead letters hold back what drivers and careless texts would tell of a person."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic import BaseModel, ValidationError

from chassis.dead_letters import detail_of
from chassis.discretion import kept_quiet, kept_quiet_in
from chassis.logs import start_logging
from chassis.problems import problem
from chassis.telemetry import Discreet
from kernel.refusal import Fault, Refusal

NUMBER, PHONE, NAME, MAIL = "11010519491231002X", "13912345678", "欧阳测试", "ouyang@example.gov.cn"
SECRETS = (NUMBER, PHONE, MAIL)


class Form(BaseModel):
    age: int


@pytest.fixture
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.usefixtures("logging_as_before")
@pytest.mark.parametrize("form", ["json", "console"])
def test_a_log_line_tells_no_number_phone_or_address(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("approval", form)
    log = structlog.get_logger("test")
    try:
        int(f"nobody expected {NUMBER}")
    except ValueError:
        log.exception("it.failed", said={"phone": [PHONE]}, mail=MAIL, **{f"k{PHONE}": 13912345678})
        logging.getLogger("foreign").warning("asked for %s", NUMBER, exc_info=True)
    told = capsys.readouterr().err
    assert told.count("'nobody expected 110105********002X'") == 2
    assert "139****5678" in told
    assert not any(secret in told for secret in SECRETS)
    if form == "json":
        assert all(json.loads(line)["level"] for line in told.splitlines())


@pytest.mark.parametrize(
    "said",
    [
        f"duplicate key\nDETAIL:  Key (name)=({NAME}) already exists.",
        f"DETAIL: Failing row contains (111, {NAME}).",
        f"[SQL: SELECT 1]\n[parameters: ('{NAME}',)]\n(Background on this error)",
        f"Invalid enum value '{NAME}' - at `$.kind`",
        f"Object contains unknown field `{NAME}`",
    ],
)
def test_what_a_driver_or_a_decoder_echoes_is_cut(said: str) -> None:
    assert NAME not in kept_quiet(said)
    assert kept_quiet(said).split()[0] == said.split(maxsplit=1)[0]


def test_a_validation_error_does_not_repeat_its_input() -> None:
    with pytest.raises(ValidationError) as failed:
        Form.model_validate({"age": NAME})
    assert NAME in str(failed.value)
    assert NAME not in kept_quiet(str(failed.value))


def test_nested_values_are_cleaned_and_others_keep_their_type() -> None:
    deep = kept_quiet_in({"a": [NUMBER, {"b": (PHONE, 5, None, True, 1.5)}], "c": NUMBER.encode()})
    assert deep == {"a": ["110105********002X", {"b": ["139****5678", 5, None, True, 1.5]}], "c": "<18 bytes>"}


def test_a_problem_and_a_dead_letter_are_masked() -> None:
    fault = Fault(pointer=f"/{PHONE}", zh=f"号码 {NUMBER} 有误", en=f"{NUMBER} is wrong")
    refusal = Refusal(code="case-differs", zh=f"{NUMBER} 不同", en=MAIL, faults=(fault,))
    for told in (problem(refusal), detail_of(refusal)[1], detail_of(ValueError(NUMBER))[1]):
        assert not any(secret in repr(told) for secret in SECRETS)
    assert problem(refusal)["errors"][0]["zh"] == "号码 110105********002X 有误"


def test_exported_spans_carry_no_query_and_no_numbers() -> None:
    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(Discreet(kept)))
    tracer = provider.get_tracer("test")
    with pytest.raises(ValueError, match="nobody"), tracer.start_as_current_span(f"GET /{NUMBER}") as span:
        span.set_attribute("http.target", f"/api/v1/subjects/111/{NUMBER}?name={NAME}")
        span.set_attribute("url.query", f"name={NAME}")
        span.set_attribute("asked", [PHONE, "x"])
        span.set_attribute("count", 3)
        raise ValueError(f"nobody is {NUMBER}")
    (told,) = kept.get_finished_spans()
    everything = repr([told.name, told.status.description, dict(told.attributes or {}), told.to_json()])
    assert not any(secret in everything for secret in (*SECRETS, NAME))
    assert (told.attributes or {})["http.target"] == "/api/v1/subjects/111/110105********002X"
    assert (told.attributes or {})["count"] == 3
    assert told.events[0].name == "exception"
