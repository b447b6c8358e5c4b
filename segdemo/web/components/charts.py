"""What all charts have in common: how they look, one colour per stage.

Colours are CSS variables: Vega writes them into the SVG as they are, so a chart follows the page's
theme without being drawn again.
"""

from __future__ import annotations

from collections.abc import Iterable

from segdemo.locales import Translator
from segdemo.web.components import late_altair as alt

INK, SUBDUED = "var(--body-text-color)", "var(--body-text-color-subdued)"
CONFIG = {
    "background": "transparent",
    "font": "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK,
        "titleColor": SUBDUED,
        "gridColor": "var(--border-color-primary)",
        "domain": False,
        "ticks": False,
        "labelFontSize": 13,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
        "labelPadding": 6,
        "labelLimit": 180,
    },
    "legend": {
        "labelColor": INK,
        "labelFontSize": 13,
        "labelLimit": 220,
        "title": None,
        "orient": "top",
        "columns": 3,
    },
    "title": {"color": INK, "anchor": "start"},
    "text": {"color": INK, "fontSize": 13},
}


def stage_scale(keys: Iterable[str], t: Translator) -> alt.Scale:
    """The colours that stages have everywhere on the page, by their titles."""
    return alt.Scale(
        domain=[t(f"stages.{key}.title") for key in keys],
        range=[f"var(--stage-{key})" for key in keys],
    )


def finished(chart: alt.TopLevelMixin, height: int, description: str) -> alt.TopLevelMixin:
    """As wide as its place on the page; `description` is what a screen reader says."""
    return chart.properties(
        height=height,
        width="container",
        description=description,
        autosize={"type": "fit-x", "contains": "padding"},
        config=CONFIG,
        usermeta={"embedOptions": {"renderer": "svg", "actions": False}},
    )
