"""三员分立."""

from itertools import combinations

import pytest

from kernel.refusal import Refusal
from kernel.role import SEPARATED, Role, require_separated


@pytest.mark.parametrize("pair", list(combinations(sorted(SEPARATED), 2)))
def test_no_two_of_the_three_administrations_are_in_one_hand(pair: tuple[Role, Role]) -> None:
    with pytest.raises(Refusal) as refused:
        require_separated({*pair, Role.SUPERVISOR})
    assert refused.value.code == "roles-not-separated"
    assert all(role in refused.value.zh for role in pair)


@pytest.mark.parametrize("role", sorted(SEPARATED))
def test_one_of_them_may_stand_beside_any_other_role(role: Role) -> None:
    require_separated({role, *(set(Role) - SEPARATED)})
