"""A whole service process on servers of the test's choice: approval, as its supervisor starts it."""

import sys

from ops.services import Service
from ops.state_folder import StateFolder
from tests.journey import bare_environment
from tests.keys import signing_environment
from tests.tokens import SETTINGS

KEY = "c2hlbmd1YW4tdGVzdC1rZXktMzItYnl0ZXMtbG9uZyE="


def approval(folder: StateFolder, database_url: str, nats_url: str, monitoring: str, *, read_url: str = "") -> Service:
    environment = bare_environment() | {
        **signing_environment(),
        "SHENGUAN_APPROVAL_DATABASE_URL": database_url,
        "SHENGUAN_APPROVAL_READ_URL": read_url,
        "SHENGUAN_NATS_URL": nats_url,
        "SHENGUAN_NATS_MONITORING_URL": monitoring,
        "SHENGUAN_IDENTITY_KEY": KEY,
        **SETTINGS,
    }
    return Service("approval", [sys.executable, "-m", "approval.main"], folder, environment)
