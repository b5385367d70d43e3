"""``shenguan keys``: the keys of a deployment."""

import typer

from ops.signing_keys_command import join

app = typer.Typer(
    help="密钥：可信公钥、新的签名密钥 / trusted public keys and new signing keys",
    epilog="例 / example: shenguan keys signing --json",
    no_args_is_help=True,
    add_completion=False,
)
join(app)
