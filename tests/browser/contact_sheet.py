"""Contact sheet (截图一览): one page that shows every screenshot of a run, each page of the console in a row with its ways."""

from collections import defaultdict
from html import escape
from pathlib import Path

WAYS = ("desktop", "phone", "large", "english")
JOURNEYS = "journeys"
"""The folder inside with the last page of each journey."""
_STYLE = "body{font:14px system-ui;margin:1rem}section{display:flex;gap:1rem;align-items:flex-start;flex-wrap:wrap}"
_PICTURE = (
    "img{width:240px;border:1px solid #888}figure{margin:0}h2{flex-basis:100%;margin:1rem 0 0}.missing{color:#b00}"
)


def pages(folder: Path) -> dict[str, set[str]]:
    """Page → the ways it was photographed in."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted(folder.glob("*.png")):
        name, _, way = path.stem.rpartition("-")
        if way in WAYS:
            found[name].add(way)
    return found


def written(folder: Path) -> Path:
    """Write ``index.html`` beside the pictures."""
    shown = pages(folder)
    lines = ['<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>截图 / screenshots</title>']
    lines += [f"<style>{_STYLE}{_PICTURE}</style><h1>截图 / screenshots</h1>"]
    for name, ways in shown.items():
        lines += [f"<section><h2>{escape(name)}</h2>"]
        lines += [_figure(f"{name}-{way}.png", way) for way in WAYS if way in ways]
        lines += [f'<p class="missing">缺 / missing: {way}</p>' for way in WAYS if way not in ways]
        lines += ["</section>"]
    swept = {f"{name}-{way}" for name, ways in shown.items() for way in ways}
    others = [path for path in sorted(folder.glob("**/*.png")) if path.stem not in swept]
    lines += ["<section><h2>其他与旅程 / others and journeys</h2>"]
    lines += [_figure(path.relative_to(folder).as_posix(), path.stem) for path in others]
    sheet = folder / "index.html"
    sheet.write_text("\n".join([*lines, "</section></html>", ""]), "utf-8")
    return sheet


def _figure(address: str, name: str) -> str:
    return (
        f'<figure><a href="{escape(address)}"><img src="{escape(address)}" alt="{escape(name)}" loading="lazy"></a>'
        f"<figcaption>{escape(name)}</figcaption></figure>"
    )
