"""`shenguan` in an image: the command of pyproject.toml, and of its entry points those of the service that is inside.

python deploy/image_commands.py pyproject.toml /opt/shenguan /usr/local/bin
"""

import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

_SCRIPT = '#!/bin/sh\nexec python -P -c "from {module} import {function}; {function}()" "$@"\n'


def main(project_file: Path, root: Path, commands: Path) -> None:
    """Write the metadata an installation would have, below ``services`` of ``root``, and the scripts to ``commands``."""
    project = tomllib.loads(project_file.read_text(encoding="utf-8"))["project"]
    metadata = root / "services" / f"{project['name']}-{project['version']}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n", encoding="utf-8"
    )
    lines = []
    for group, points in project["entry-points"].items():
        inside = {name: target for name, target in points.items() if find_spec(target.partition(".")[0])}
        lines += [f"[{group}]", *(f"{name} = {target}" for name, target in inside.items())]
    (metadata / "entry_points.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for name, target in project["scripts"].items():
        module, _, function = target.partition(":")
        script = commands / name
        script.write_text(_SCRIPT.format(module=module, function=function), encoding="utf-8")
        script.chmod(0o755)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
