"""Vendoring (第三方静态资源): the scripts and styles of others, from npm, with their licences and a manifest.

`python -m console.web.vendoring services/console/web/static/vendor` makes the folder anew (`make vendor`). Nothing is
loaded from another host: a government network reaches no CDN.
"""

import json
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

MANIFEST = "manifest.json"
_LICENSE = "LICENSE"


@dataclass(frozen=True, kw_only=True)
class Asset:
    """第三方资源: a package of npm, and which of its files a browser gets."""

    name: str
    version: str
    licence: str
    """SPDX identifier."""
    files: tuple[str, ...]
    """Paths inside the package."""

    @property
    def folder(self) -> str:
        """Where its files lie: name and version, so that a new version is a new address."""
        return f"{self.name}-{self.version}"


ASSETS = (
    Asset(name="bootstrap", version="5.3.8", licence="MIT", files=("dist/css/bootstrap.min.css",)),
    Asset(name="htmx.org", version="2.0.11", licence="0BSD", files=("dist/htmx.min.js",)),
    Asset(name="htmx-ext-sse", version="2.2.4", licence="0BSD", files=("dist/sse.min.js",)),
    Asset(
        name="echarts",
        version="6.1.0",
        licence="Apache-2.0",
        files=("dist/echarts.common.min.js", "NOTICE", "licenses/LICENSE-d3"),
    ),
    Asset(name="signature_pad", version="5.1.4", licence="MIT", files=("dist/signature_pad.umd.min.js",)),
)
"""What the pages load. htmx 2 and Bootstrap 5 run on the older browsers offices have; of the builds of ECharts that
draw SVG the common one is the smallest."""


def manifest_of(folder: Path) -> list[dict[str, Any]]:
    """What lies in the folder: name, version, licence and the SHA-256 of every file of each asset."""
    return [
        {
            "name": asset.name,
            "version": asset.version,
            "licence": asset.licence,
            "files": {
                str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
                for path in sorted((folder / asset.folder).iterdir())
            },
        }
        for asset in ASSETS
    ]


def make(folder: Path) -> None:
    """Fetch every asset and write the manifest; what lay in ``folder`` before is gone. Raises CalledProcessError."""
    shutil.rmtree(folder, ignore_errors=True)
    for asset in ASSETS:
        with TemporaryDirectory() as packed:
            _fetch(asset, Path(packed), folder / asset.folder)
    text = json.dumps(manifest_of(folder), ensure_ascii=False, indent=2)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def _fetch(asset: Asset, packed: Path, target: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("需要 npm；请先安装 Node.js / npm is needed; install Node.js first")
    wanted = f"{asset.name}@{asset.version}"
    subprocess.run([npm, "pack", "--silent", wanted], cwd=packed, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - names above
    (archive,) = packed.glob("*.tgz")
    target.mkdir(parents=True)
    with tarfile.open(archive) as package:
        for path in (*asset.files, _LICENSE):
            content = package.extractfile(f"package/{path}")
            assert content is not None  # noqa: S101 - a package without it raised KeyError
            (target / Path(path).name).write_bytes(content.read())


if __name__ == "__main__":
    make(Path(sys.argv[1]))
