"""Charts in Vega-Lite, drawn by the browser with the copy that Gradio brings along.

Colours are CSS variables: Vega writes them into the SVG as they are, so a chart follows the
page's theme without being drawn again. Specification: https://vega.github.io/vega-lite/docs/.
"""

import json
import math
from collections.abc import Sequence

from gradio.components.plot import PlotData

INK = "var(--body-text-color)"
SUBDUED = "var(--body-text-color-subdued)"
SERIES = "var(--series)"  # of charts with one series; results.css
# An axis for shares, with space behind the longest bar for its number.
SHARES = {
    "scale": {"domain": [0, 1.15]},
    "axis": {"values": [0, 0.5, 1], "format": ".1f"},
}
ROOM = 1.6  # between a logarithmic axis' end and the nearest value, as a factor
CONFIG = {
    "background": None,
    "font": "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK,
        "titleColor": SUBDUED,
        "gridColor": "var(--border-color-primary)",
        "domain": False,
        "ticks": False,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelPadding": 6,
        "labelLimit": 160,
    },
    "text": {"color": INK, "fontSize": 12},
}


def plot(spec: dict, description: str) -> PlotData:
    """A Vega-Lite specification as the value of a gr.Plot, as wide as its place on the page.

    description: what a screen reader says of the chart as a whole.
    """
    complete = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "usermeta": {"embedOptions": {"renderer": "svg", "actions": False}},
        "description": description,
        "width": "container",
        "autosize": {"type": "fit-x", "contains": "padding"},
        "config": CONFIG,
        **spec,
    }
    return PlotData(type="altair", plot=json.dumps(complete))  # Gradio's name for Vega-Lite


def layer(mark: str, encoding: dict, **style: object) -> dict:
    """One layer of a chart: marks of a kind, what of the data they show, and how they look."""
    return {"mark": {"type": mark, **style}, "encoding": encoding}


def number(name: str, title: str | None = None, **more: object) -> dict:
    """An encoding by a field that holds numbers."""
    return {"field": name, "type": "quantitative", "title": title, **more}


def category(name: str, title: str | None = None, **more: object) -> dict:
    """An encoding by a field that holds names."""
    return {"field": name, "type": "nominal", "title": title, **more}


def tooltip(*entries: tuple[str, str, str | None]) -> list[dict]:
    """What hovering shows: (field, title, number format or None for a text) a line."""
    return [
        {
            "field": name,
            "title": title,
            "type": "quantitative" if form else "nominal",
            **({"format": form} if form else {}),
        }
        for name, title, form in entries
    ]


def log_axis(values: Sequence[float]) -> dict:
    """Scale and ticks of a logarithmic axis with some room at either end."""
    low, high = min(values) / ROOM, max(values) * ROOM
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    steps = (1,) if math.log10(high / low) > 2.5 else (1, 2, 5)
    ticks = [step * 10.0**decade for decade in decades for step in steps]
    return {
        "scale": {"type": "log", "domain": [low, high], "nice": False},
        "axis": {"values": [tick for tick in ticks if low <= tick <= high], "format": "~s"},
    }
