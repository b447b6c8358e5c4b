"""Tab *Upsampling*: one dimension, an exercise, two dimensions, feature maps, one at a time."""

from collections.abc import Collection

from segdemo.lecture.lesson_links import UPSAMPLING_IDEAS, LessonState
from segdemo.locales import Translator
from segdemo.web.callbacks import Updates
from segdemo.web.components.ideas import idea, idea_choice
from segdemo.web.context import PageContext, TabHandle
from segdemo.web.tabs.upsampling import exercise, features, line, playground

MATRIX = {"matrix", "mode", "factor", "cell"}  # the link's parameters of idea matrix


def build(context: PageContext) -> TabHandle:
    """Add the tab's content to the Blocks being built."""
    local = context.translations
    chosen = idea_choice(local, "upsampling", UPSAMPLING_IDEAS)
    with idea(local, "upsampling", UPSAMPLING_IDEAS, "line"):
        line_view, line_numbers = line.build(context)
    with idea(local, "upsampling", UPSAMPLING_IDEAS, "exercise"):
        exercise.build(context)
    with idea(local, "upsampling", UPSAMPLING_IDEAS, "matrix"):
        matrix = playground.build(context)
    with idea(local, "upsampling", UPSAMPLING_IDEAS, "features"):
        level = features.build(context, chosen)

    def restore(state: LessonState, given: Collection[str], t: Translator) -> Updates:
        shown: Updates = {}
        if {"line", "lang"}.intersection(given):
            shown = {line_view: line.restore(state, t)}
        if (MATRIX | {"lang"}).intersection(given):
            shown |= matrix.restore(state, t)
        if MATRIX.intersection(given) and "upsampling" not in given:
            shown[chosen] = "matrix"  # links from before there were ideas
        return shown

    # The rest of what the matrix shows is set by the link itself.
    restored = [
        chosen,
        line_view,
        matrix.source,
        *(c for c in matrix.shown if c not in (matrix.rows, matrix.cell)),
    ]
    links = {
        "upsampling": chosen,
        "line": line_numbers,
        "matrix": matrix.rows,
        "mode": matrix.controls.mode,
        "factor": matrix.controls.factor,
        "cell": matrix.cell,
        "decoder": level,
    }
    return TabHandle(links, restore, restored)
