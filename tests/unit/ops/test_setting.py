"""Services are sent through a line, whoever operates the server is not."""

from ops.setting import USUAL, Setting


def test_a_server_with_a_line_is_reached_by_another_port_and_the_same_account() -> None:
    setting = Setting(lines={"postgres": lambda port: port + 1})
    assert setting.reached("postgres", "postgresql://a:b@127.0.0.1:5000/x") == "postgresql://a:b@127.0.0.1:5001/x"
    assert setting.reached("postgres", "postgresql://127.0.0.1:5000") == "postgresql://127.0.0.1:5001"
    assert setting.reached("nats", "nats://a:b@127.0.0.1:4222") == "nats://a:b@127.0.0.1:4222"


def test_usually_there_is_no_line() -> None:
    assert USUAL.reached("nats", "nats://127.0.0.1:4222") == "nats://127.0.0.1:4222"
