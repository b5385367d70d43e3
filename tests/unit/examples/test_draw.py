"""The example receipt holds, by the command and by the script alone, which names what somebody changed."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
RECEIPT = ROOT / "examples" / "draw" / "receipt.json"
SCRIPT = ROOT / "services" / "supervision" / "cli" / "verify_draw.py"


def verified(receipt: Path) -> tuple[int, str]:
    """As on a machine that has Python and nothing of ours."""
    command = [sys.executable, "-I", "-S", str(SCRIPT), str(receipt)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    return ended.returncode, ended.stdout


def test_the_receipt_of_the_example_holds() -> None:
    code, told = verified(RECEIPT)
    assert (code, "all is true" in told) == (0, True)


def other_pool(told: Any) -> None:
    told["pool"] = told["pool"].replace("ZF01", "ZF99")


def other_seed(told: Any) -> None:
    told["seed"] = told["seed"][::-1]


def other_result(told: Any) -> None:
    told["result"][0]["officers"]["SCJG"][0] = "ZF04"


@pytest.mark.parametrize(("change", "named"), [(other_pool, "pool"), (other_seed, "seed"), (other_result, "result")])
def test_what_was_changed_is_named(change: Callable[[Any], None], named: str, tmp_path: Path) -> None:
    told = json.loads(RECEIPT.read_text(encoding="utf-8"))
    change(told)
    forged = tmp_path / "forged.json"
    forged.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    code, said = verified(forged)
    assert (code, named in said) == (1, True)
