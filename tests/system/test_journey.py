"""One licence travels the whole chain on embedded servers, with the services as a user starts them."""

import pytest

from ops.stack import Stack
from tests.journey import WHOLE, bare_environment, journey

pytestmark = pytest.mark.servers


async def test_a_failed_inspection_comes_back_as_a_grade_to_where_the_licence_was_given() -> None:
    async with Stack.open(temporary=True, environment=bare_environment()) as stack:
        assert await journey(stack.urls, stack.nats_url, stack.headers()) == WHOLE
        # Each service with its own identity: nothing it does is beyond what it may.
        assert "Violation" not in stack.state.log("nats").read_text(encoding="utf-8")
