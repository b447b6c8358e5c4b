"""Section *Size*: the same photo at several sizes, read by the reshape head and one other stage."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import gradio as gr
from markupsafe import Markup
from PIL import Image

from segdemo.analysis.input_sizes import SIZES, SizedAnswer, answer_at_size
from segdemo.analysis.layer_graph import blocks
from segdemo.cache import PHOTO_SIZES, LRUCache
from segdemo.data.ground_truth import GroundTruth
from segdemo.data.painting import Painting
from segdemo.data.palette import label_image
from segdemo.data.preprocessing import SIZE, to_labels
from segdemo.evaluation.model_stats import model_stats
from segdemo.inference import Predictor
from segdemo.lecture.lesson_links import LessonState
from segdemo.locales import Translator
from segdemo.models.registry import NETWORKS, get_stage
from segdemo.web.components import architecture_diagram
from segdemo.web.components.pictures import score_lines
from segdemo.web.components.stage_names import stage_choice
from segdemo.web.context import PageContext, TabHandle
from segdemo.web.events import INFERENCE, UNQUEUED
from segdemo.web.examples import TestSplit, find_annotation
from segdemo.web.formatting import milliseconds, short
from segdemo.web.html import html
from segdemo.web.newest_request import NewestRequest
from segdemo.web.photo_view import Upload, load_thumbnail
from segdemo.web.templates import render

ONE_SIZE = "fcn-reshape"  # the stage whose head reads one size only; the other one is chosen
OTHERS = [key for key in NETWORKS if key != ONE_SIZE]


@dataclass(frozen=True)
class SizeView:
    """One stage at one size: its mask, or the problem why there is none; or neither yet."""

    title: str
    mask: Image.Image | None = None
    description: str = ""
    problem: str = ""
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class RowView:
    """One stage at every size.

    `drawing`: its network, so many `columns` wide; `weighs` says how many weights it has.
    """

    key: str
    drawing: Markup
    columns: int
    weighs: str
    sizes: list[SizeView]


class SizesSection:
    """The section's callbacks. All raise InputError and CheckpointError."""

    def __init__(self, predictor: Predictor, test_split: TestSplit | None):
        self._predictor = predictor
        self._test_split = test_split
        self._newest = NewestRequest()
        self._answers: LRUCache[tuple[Upload, str, int], SizedAnswer] = LRUCache(PHOTO_SIZES)

    def show(
        self,
        photo: Upload,
        painting: Painting | None,
        other: str,
        t: Translator,
        request: gr.Request,
    ) -> str:
        """What is known already, in HTML; if that is not all, it asks for the rest."""
        self._newest.note(request, photo, other, t)
        known = self._known(photo, other)
        return self._render(photo, painting, other, known, t, ask=None in known.values())

    def compute(
        self,
        photo: Upload,
        painting: Painting | None,
        other: str,
        t: Translator,
        request: gr.Request,
    ) -> Iterator[str]:
        """The whole in HTML, growing answer by answer, small sizes first.

        It ends early once the visitor has chosen another stage, or another photo.
        """
        image = load_thumbnail(photo)
        known = self._known(photo, other)
        networks = {key: self._predictor.network(key) for key in (ONE_SIZE, other)}
        for key, size in sorted(known, key=lambda asked: asked[1]):
            if known[key, size] is not None:
                continue
            for answer in answer_at_size(get_stage(key), networks[key], image, size):
                if self._newest.is_outdated(request, photo, other, t):
                    # What is there already, as the last of this run may have come after it.
                    photo, other, t = self._newest.of(request)
                    yield self._render(photo, painting, other, self._known(photo, other), t)
                    return
                if answer is not None:  # else a layer is done
                    known[key, size] = self._answers.put((photo, key, size), answer)
                    yield self._render(photo, painting, other, known, t)

    def _known(self, photo: Upload, other: str) -> dict[tuple[str, int], SizedAnswer | None]:
        return {(key, size): self._answers.get((photo, key, size)) for key, size in _all(other)}

    def _render(
        self,
        photo: Upload,
        painting: Painting | None,
        other: str,
        known: dict[tuple[str, int], SizedAnswer | None],
        t: Translator,
        ask: bool = False,
    ) -> str:
        image = load_thumbnail(photo)
        truth = find_annotation(self._test_split, photo, painting)
        rows = [
            RowView(
                key,
                _drawing(key, t),
                len(blocks(get_stage(key))) + 1,
                _weighs(key, t),
                [size_view(key, size, known[key, size], image.size, truth, t) for size in SIZES],
            )
            for key in (ONE_SIZE, other)
        ]
        return render("tabs/explain/sizes.html", t, photo=image, rows=rows, ask=ask)


def size_view(
    key: str,
    size: int,
    answer: SizedAnswer | None,
    shown: tuple[int, int],
    truth: GroundTruth | None,
    t: Translator,
) -> SizeView:
    """A stage at one size; `shown` is the photo's (width, height), `truth` may be None."""
    title = f"{size}×{size}"
    if answer is None:
        return SizeView(title)
    if answer.logits is None:
        return SizeView(title, problem=answer.problem)
    logits = answer.logits[None]
    cost = model_stats(get_stage(key)).multiply_adds * size**2 / SIZE**2
    lines = [
        t("insight-sizes.cost", cost=short(cost)),
        t("compare.milliseconds", ms=milliseconds(answer.milliseconds)),
    ]
    lines += score_lines(truth, logits, "insight-sizes.miou", t)
    width, height = shown
    mask = label_image(to_labels(logits, height, width)[0].numpy())
    return SizeView(title, mask, t("insight-sizes.alt", size=size), lines=lines)


def _drawing(key: str, t: Translator) -> Markup:
    title = t(f"stages.{key}.title")
    return architecture_diagram.sketch(
        blocks(get_stage(key)), t("insight-layers.drawing", stage=title)
    )


def _weighs(key: str, t: Translator) -> str:
    """The weights of the heaviest block, and of all."""
    heaviest = max(blocks(get_stage(key)), key=lambda block: block.parameters)
    return t(
        "insight-sizes.weights",
        block=architecture_diagram.name(heaviest, t),
        count=short(heaviest.parameters),
        total=short(sum(block.parameters for block in blocks(get_stage(key)))),
    )


def _all(other: str) -> list[tuple[str, int]]:
    return [(key, size) for key in (ONE_SIZE, other) for size in SIZES]


def build(context: PageContext) -> TabHandle:
    """Add the section to the Blocks being built."""
    section = SizesSection(context.predictor, context.test_split)
    other = stage_choice(
        context.translations,
        gr.Radio,
        OTHERS,
        label="insight-sizes.beside",
        value=LessonState().beside,
        elem_id="sizes-stage",
    )
    answers = html(script="tabs/explain/ask.js", elem_id="sizes")
    # Apart from the answers, which come one by one: it stays open.
    context.translations.html(lambda t: render("tabs/explain/sizes_why.html", t))
    asked = [context.photo, context.painting, other]
    context.show_on([answers.select], section.compute, asked, [answers], **INFERENCE)
    context.show_on([*context.when_seen, other.change], section.show, asked, [answers], **UNQUEUED)
    return TabHandle(link_fields={"beside": other})
