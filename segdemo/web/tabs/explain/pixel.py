"""Section *One click, all stages*: a pixel of the photo, and what every stage says of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import gradio as gr

from segdemo.analysis.pixel import Answer, pixel_at
from segdemo.data.preprocessing import SIZE
from segdemo.errors import InputError
from segdemo.models.checkpoints import CheckpointError
from segdemo.models.registry import NETWORKS, STAGES
from segdemo.web.components.html import alert
from segdemo.web.context import PageContext
from segdemo.web.events import INFERENCE, UNQUEUED
from segdemo.web.photo_view import load_thumbnail
from segdemo.web.tabs.explain import pixel_numbers
from segdemo.web.tabs.explain.pixel_answers import Answers
from segdemo.web.tabs.explain.pixel_cards import PixelCard, render
from segdemo.web.tabs.explain.pixel_photo import heat_scale, photo_picture, place_line
from segdemo.web.templates import asset

# The chosen pixel lives in the photo's attributes, which the browser changes at once.
READ_PLACE = """(_, ...rest) =>
    [{...document.querySelector('#pixel-photo [data-row]')?.dataset}, ...rest]"""
# What is measured is the pixel that the server has just told of.
MEASURE_IF_WANTED = """watch('value', () => {
    if (document.querySelector('#pixel-measured input').checked) trigger('select');
});"""


@dataclass
class Here:
    """What one visitor looks at: all events of the session share it and keep it up to date.

    By it a measurement that is running learns that its pixel is no longer asked for.
    """

    place: tuple[int, int] = SIZE // 2, SIZE // 2  # (row, column)
    measured: bool = False


@dataclass(frozen=True)
class Pixel:
    """The section's callbacks. A place is {"row": ..., "column": ...} as the browser has it."""

    answers: Answers

    def show(self, photo: str | bytes | None, here: Here, language: str) -> tuple[object, ...]:
        """(photo, pixel, a card a stage, measure?) afresh; without a photo why there is none."""
        here.measured = False
        try:
            answers = self._answers(photo)
        except InputError as error:
            return alert(error.sentence(language)), "", *("" for _ in STAGES), False
        picture = photo_picture(load_thumbnail(photo), answers, here.place, language)
        return picture, *_told(answers, here.place, language), False

    def look(
        self,
        place: dict[str, str],
        photo: str | bytes | None,
        here: Here,
        measured: bool,
        language: str,
    ) -> list[object]:
        """[the pixel, a card a stage] for what was just chosen, without measurements."""
        try:
            answers = self._answers(photo)
            here.place = _chosen(place)
        except InputError as error:
            return [alert(error.sentence(language)), *(gr.skip() for _ in STAGES)]
        here.measured = measured
        return _told(answers, here.place, language)

    def measure(
        self, photo: str | bytes | None, here: Here, language: str
    ) -> Iterator[list[object]]:
        """The cards, filled with measurements one by one; ends when something else is chosen."""
        wanted = replace(here)
        try:
            cards = _cards(self._answers(photo), wanted.place)
        except InputError:  # the other events have said so
            return
        pending = [key for key in NETWORKS if wanted.measured and cards[key].reading]
        waiting = [replace(card, measuring=key in pending) for key, card in cards.items()]
        yield [render(card, language) for card in waiting]
        for key in pending:
            measured = self.answers.measured(photo, key, *wanted.place)
            if here != wanted:
                return
            done = render(replace(cards[key], measured=measured), language)
            yield [done if name == key else gr.skip() for name in STAGES]

    def _answers(self, photo: str | bytes | None) -> dict[str, Answer | CheckpointError]:
        """Every stage's answer, or why there is none. Raises InputError."""
        answers = {}
        for key in STAGES:
            try:
                answers[key] = self.answers.to(photo, key)
            except CheckpointError as error:
                answers[key] = error
        return answers


def _chosen(place: dict[str, str]) -> tuple[int, int]:
    """The place as numbers. Raises InputError for what the page never sends."""
    return pixel_at(place.get("column"), place.get("row"), SIZE, SIZE)


def _cards(
    answers: dict[str, Answer | CheckpointError], place: tuple[int, int]
) -> dict[str, PixelCard]:
    """A card a stage, without measurements."""
    return {
        key: PixelCard(STAGES[key], problem=str(answer))
        if isinstance(answer, CheckpointError)
        else PixelCard(STAGES[key], answer.at(*place), answer.palette)
        for key, answer in answers.items()
    }


def _told(
    answers: dict[str, Answer | CheckpointError], place: tuple[int, int], language: str
) -> list[str]:
    """The pixel, then a card a stage, in HTML."""
    line = place_line(place, answers["kmeans"].colours[place], language)
    return [line, *(render(card, language) for card in _cards(answers, place).values())]


def build(context: PageContext) -> None:
    """Add the section to the Blocks being built."""
    answers = Answers(context.predictor)
    pixel = Pixel(answers)
    here = gr.State(Here())
    with gr.Row(elem_id="pixel"):
        with gr.Column(scale=0, min_width=300, elem_id="pixel-side"):
            picture = _html("pixel-photo", js_on_load=asset("tabs/explain/pixel.js"))
            line = _html("pixel-place", js_on_load=MEASURE_IF_WANTED)
            measured = context.translations.build(
                gr.Checkbox,
                {"label": "insight-pixel.measured"},
                value=False,
                elem_id="pixel-measured",
            )
            context.translations.build(
                gr.HTML, {"value": heat_scale}, apply_default_css=False, elem_id="pixel-scale"
            )
        with gr.Row(elem_id="pixel-cards"):
            cards = [_html(None, elem_classes="card-slot") for _ in STAGES]
    pixel_numbers.build(context, answers)

    photo, language = context.photo, context.language
    context.show_on(
        context.when_seen, pixel.show, [photo, here], [picture, line, *cards, measured], **INFERENCE
    )
    gr.on(
        [picture.input, measured.input],
        pixel.look,
        [picture, photo, here, measured, language],
        [line, *cards],
        js=READ_PLACE,
        **UNQUEUED,
    )
    gr.on([measured.input, line.select], pixel.measure, [photo, here, language], cards, **INFERENCE)


def _html(elem_id: str | None, **options: object) -> gr.HTML:
    return gr.HTML("", elem_id=elem_id, apply_default_css=False, **options)
