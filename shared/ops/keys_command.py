"""``shenguan keys``: the keys of a deployment, those that sign and those that seal."""

import typer

from ops import sealing_keys_command, signing_keys_command, trust_command

app = typer.Typer(
    help="密钥：签名与个人信息的加密 / keys: signatures, and sealing of personal data",
    epilog="例 / example: shenguan keys signing --json",
    no_args_is_help=True,
    add_completion=False,
)

signing_keys_command.join(app)
trust_command.join(app)
sealing_keys_command.join(app)
