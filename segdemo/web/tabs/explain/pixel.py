"""Section *One click, all stages*: a pixel of the photo, and what every stage says of it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import gradio as gr

from segdemo.analysis.pixel import Answer, pixel_at
from segdemo.analysis.saliency import Measured
from segdemo.data.palette import heat_gradient, label_image
from segdemo.data.preprocessing import SIZE
from segdemo.lecture.lesson_links import LessonState
from segdemo.locales import Translator
from segdemo.models.checkpoints import CheckpointError, ask_each
from segdemo.models.registry import NETWORKS, STAGES
from segdemo.web.context import PageContext, TabHandle
from segdemo.web.events import INFERENCE, UNQUEUED
from segdemo.web.html import html
from segdemo.web.newest_request import NewestRequest
from segdemo.web.photo_view import Upload, load_thumbnail
from segdemo.web.tabs.explain import pixel_numbers
from segdemo.web.tabs.explain.pixel_answers import Answers, kmeans_answer
from segdemo.web.tabs.explain.pixel_view import failed_card, reading_card, windows
from segdemo.web.templates import render

# The chosen pixel lives in the photo's attributes, which the browser changes at once.
READ_PLACE = """(_, ...rest) => {
    const { row, column } = document.querySelector('#pixel-photo [data-row]')?.dataset ?? {};
    return [[Number(row), Number(column)], ...rest];
}"""


@dataclass(frozen=True)
class PixelSection:
    """The section's callbacks. A place is [row, column] of the 128x128 that the networks read.

    A measurement ends early once the visitor has chosen another pixel, or none to be measured.
    """

    answers: Answers
    newest: NewestRequest = field(default_factory=NewestRequest)

    def show(
        self, photo: Upload, place: list[int], measured: bool, t: Translator, request: gr.Request
    ) -> list[object]:
        """[photo, pixel, a card a stage] afresh. Raises InputError."""
        self.newest.note(request, photo, place, measured, t)
        answers = self._answers(photo)
        picture = render(
            "tabs/explain/pixel_photo.html",
            t,
            photo=load_thumbnail(photo),
            masks={
                key: label_image(answer.labels, answer.palette)
                for key, answer in answers.items()
                if not isinstance(answer, CheckpointError)
            },
            row=place[0],
            column=place[1],
            windows=windows(t),
        )
        return [picture, *_told(photo, answers, place, t, measured)]

    def look(
        self, place: object, photo: Upload, measured: bool, t: Translator, request: gr.Request
    ) -> list[object]:
        """[the pixel, a card a stage, place] for what was just chosen, without measurements.

        Raises InputError.
        """
        row, column = place if isinstance(place, list) and len(place) == 2 else (None, None)
        place = list(pixel_at(column, row, SIZE, SIZE))
        self.newest.note(request, photo, place, measured, t)
        answers = self._answers(photo)
        return [*_told(photo, answers, place, t, measured), place]

    def measure(
        self, photo: Upload, place: list[int], t: Translator, request: gr.Request
    ) -> Iterator[list[object]]:
        """The cards, filled with measurements one by one. Raises InputError."""
        if self.newest.is_outdated(request, photo, place, True, t):
            return
        answers = self._answers(photo)
        pending = [key for key in NETWORKS if not isinstance(answers[key], CheckpointError)]
        yield [
            _card(key, answer, place, t, measuring=key in pending)
            for key, answer in answers.items()
        ]
        for key in pending:
            measured = self.answers.measured(photo, key, *place)
            done = _card(key, answers[key], place, t, measured=measured)
            if self.newest.is_outdated(request, photo, place, True, t):
                yield self._newest_cards(request)
                return
            yield [done if name == key else gr.skip() for name in STAGES]

    def _newest_cards(self, request: gr.Request) -> list[object]:
        """Those that are there already, as a card of this run may have come after them."""
        photo, place, _, t = self.newest.of(request)
        return [_card(key, answer, place, t) for key, answer in self._answers(photo).items()]

    def _answers(self, photo: Upload) -> dict[str, Answer | CheckpointError]:
        """Every stage's answer, or why there is none. Raises InputError."""
        return dict(ask_each(STAGES, lambda key: self.answers.to(photo, key)))


def _card(
    key: str,
    answer: Answer | CheckpointError,
    place: list[int],
    t: Translator,
    measuring: bool = False,
    measured: Measured | None = None,
) -> str:
    """A stage's card in HTML."""
    if isinstance(answer, CheckpointError):
        card = failed_card(key, answer, t)
    else:
        card = reading_card(key, answer.at(*place), answer.palette, t, measuring, measured)
    return render("tabs/explain/pixel_card.html", t, card=card)


def _told(
    photo: Upload,
    answers: dict[str, Answer | CheckpointError],
    place: list[int],
    t: Translator,
    measure: bool,
) -> list[str]:
    """The pixel, then a card a stage, in HTML; `measure` asks for measurements to follow."""
    row, column = place
    colour = "rgb({}, {}, {})".format(*kmeans_answer(photo).colours[row, column].tolist())
    line = render(
        "tabs/explain/pixel_line.html",
        t,
        row=row + 1,
        column=column + 1,
        size=SIZE,
        colour=colour,
        # Another each time: the page hears of a new value alone.
        ask=time.monotonic_ns() if measure else None,
    )
    return [line, *(_card(key, answer, place, t) for key, answer in answers.items())]


def build(context: PageContext) -> TabHandle:
    """Add the section to the Blocks being built."""
    section = PixelSection(Answers(context.predictor))
    place = gr.JSON(list(LessonState().pixel), visible="hidden")
    with gr.Row(elem_id="pixel"):
        with gr.Column(scale=0, min_width=0, elem_id="pixel-side"):
            picture = html(script="tabs/explain/pixel.js", elem_id="pixel-photo")
            line = html(script="tabs/explain/ask.js", elem_id="pixel-place")
            measured = context.translations.build(
                gr.Checkbox,
                {"label": "insight-pixel.measured"},
                value=False,
                elem_id="pixel-measured",
            )
            context.translations.html(_heat_scale, elem_id="pixel-scale")
        with gr.Row(elem_id="pixel-cards"):
            cards = [html(elem_classes="card-slot") for _ in STAGES]
    pixel_numbers.build(context, section.answers)

    photo = context.photo
    context.show_on([line.select], section.measure, [photo, place], cards, **INFERENCE)
    context.show_on(
        context.when_seen,
        section.show,
        [photo, place, measured],
        [picture, line, *cards],
        emptied=[line, *cards],
        **INFERENCE,
    )
    context.show_on(
        [picture.input, measured.input],
        section.look,
        [place, photo, measured],
        [line, *cards, place],
        js=READ_PLACE,
        **UNQUEUED,
    )
    return TabHandle(link_fields={"pixel": place})


def _heat_scale(t: Translator) -> str:
    """What the measurement is, and what its colours mean."""
    return render("tabs/explain/pixel_scale.html", t, gradient=heat_gradient())
