"""Work on everything there is goes one at a time."""

import pytest

from credit.api.alone import Alone
from kernel.refusal import Refusal


def test_the_second_is_asked_to_wait_and_let_in_when_the_first_has_ended() -> None:
    alone = Alone("重建核对", "a rebuild check")
    with alone.inside():
        with pytest.raises(Refusal, match="already-running") as refused, alone.inside():
            pass
        assert (refused.value.status, refused.value.retryable) == (409, True)
    with alone.inside():
        pass


def test_who_fails_inside_leaves_it_open() -> None:
    alone = Alone("重建核对", "a rebuild check")
    with pytest.raises(ZeroDivisionError), alone.inside():
        raise ZeroDivisionError
    with alone.inside():
        pass
