"""How many processes of each service is said in one option; what is wrong with it is told in both languages."""

import pytest

from ops.failure import CannotRun, Exit
from ops.replicas import MOST, count_of, process_name, replicas_of, service_of

SERVICES = ["approval", "supervision", "credit"]


@pytest.mark.parametrize(
    ("said", "replicas"),
    [
        ("", {}),
        ("supervision=2,credit=2", {"supervision": 2, "credit": 2}),
        (" approval = 1 , credit=16, ", {"approval": 1, "credit": MOST}),
    ],
)
def test_a_number_of_processes_is_read_for_each_service_named(said: str, replicas: dict[str, int]) -> None:
    assert replicas_of(said, SERVICES) == replicas


@pytest.mark.parametrize(
    ("said", "zh", "en"),
    [
        ("supervision", "服务=进程数", "SERVICE=NUMBER"),
        ("supervison=2", "没有服务 supervison，已安装的有 approval", "there is no service supervison"),
        ("credit=2,credit=3", "写了两次", "named twice"),
        ("credit=0", "1 至 16", "from 1 to 16, not 0"),
        ("credit=17", "1 至 16", "from 1 to 16, not 17"),
        ("credit=two", "1 至 16", "not two"),
        ("credit=-1", "1 至 16", "not -1"),
        ("credit=２", "1 至 16", "from 1 to 16"),
        ("credit=", "（空）", "not empty"),
    ],
)
def test_what_is_wrong_is_told_in_both_languages_with_an_example(said: str, zh: str, en: str) -> None:
    with pytest.raises(CannotRun) as wrong:
        replicas_of(said, SERVICES)
    assert wrong.value.exit_code == Exit.USAGE
    assert zh in wrong.value.zh
    assert en in wrong.value.en
    assert "supervision=2,credit=2" in str(wrong.value)


def test_the_first_process_of_a_service_is_called_like_it() -> None:
    names = [process_name("credit", number) for number in (1, 2, 16)]
    assert names == ["credit", "credit-2", "credit-16"]
    assert {service_of(name) for name in names} == {"credit"}


def test_processes_are_counted_for_the_connections_they_may_open() -> None:
    assert count_of(SERVICES, {"supervision": 2, "credit": 3}) == 6
