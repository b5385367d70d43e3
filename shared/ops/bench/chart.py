"""Chart (图): chains per second of product, floor and peers as bars, one SVG that needs nothing else."""

from html import escape
from math import log10
from typing import Any

_WIDTH, _BAR, _GAP, _LEFT, _RIGHT = 720, 26, 12, 190, 90
_COLOURS = {"shenguan": "#b5333c", "floor": "#7a7a7a"}
_PEER = "#3b6ea5"
_FONT = 'font-family="system-ui, sans-serif" font-size="14"'


def chart(document: dict[str, Any]) -> str:
    """The bars, on a logarithmic scale beginning at 10/s; every bar says its number."""
    bars = [("shenguan", document["chains_per_s"]), ("floor", document["floor_chains_per_s"])]
    bars += sorted(document["peers"].items(), key=lambda each: -each[1])
    told = [(name, rate) for name, rate in bars if rate]
    height = _GAP + len(told) * (_BAR + _GAP) + 24
    top = log10(max(rate for _, rate in told)) - 1
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" {_FONT}>',
        "<title>每秒走完的链 / chains per second</title>",
    ]
    for place, (name, rate) in enumerate(told):
        y = _GAP + place * (_BAR + _GAP)
        long = max(2.0, (log10(max(rate, 10)) - 1) / top * (_WIDTH - _LEFT - _RIGHT))
        colour = _COLOURS.get(name, _PEER)
        lines += [
            f'<text x="{_LEFT - 8}" y="{y + 18}" text-anchor="end">{escape(name)}</text>',
            f'<rect x="{_LEFT}" y="{y}" width="{long:.0f}" height="{_BAR}" fill="{colour}"/>',
            f'<text x="{_LEFT + long + 6:.0f}" y="{y + 18}">{rate:,.0f}</text>',
        ]
    note = "每秒走完的链，对数刻度 / chains per second, logarithmic"
    lines += [f'<text x="{_LEFT}" y="{height - 8}" font-size="12">{note}</text>', "</svg>"]
    return "\n".join(lines) + "\n"
