"""Tab *Other domains*: one photo, one task at a time, by the lecture's networks."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import gradio as gr
from PIL import Image

from segdemo.analysis.conversion import TASKS
from segdemo.data.domains import BINS, to_image
from segdemo.evaluation.conversion_scores import TaskScores, read_scores
from segdemo.inference import Predictor
from segdemo.lecture.lesson_links import DOMAINS
from segdemo.locales import Translator
from segdemo.web.callbacks import Group
from segdemo.web.components.domain_pictures import convert_upload
from segdemo.web.components.ideas import idea, idea_choice
from segdemo.web.components.number_fields import refusal_slot
from segdemo.web.context import PageContext, TabHandle
from segdemo.web.errors import as_gradio_errors
from segdemo.web.events import INFERENCE, ON_CLICK
from segdemo.web.html import html
from segdemo.web.localisation import Translations
from segdemo.web.photo_view import Upload, load_preview
from segdemo.web.tabs.domains import row_view
from segdemo.web.templates import render

STRENGTHS = {"denoise": "sigma", "colourise": "temperature"}  # a link's names for them


@dataclass(frozen=True)
class Domains:
    """The callbacks. All raise InputError and the networks' CheckpointError."""

    predictor: Predictor
    scores: Mapping[str, TaskScores]  # of the tasks that were measured

    def show_row(self, photo: Upload, task: str, strength: object, t: Translator) -> str:
        """One task's pictures and numbers in HTML."""
        pictures = convert_upload(self.predictor, photo, task, strength)
        row = row_view.row(task, pictures, self.scores.get(task), t)
        shape = load_preview(photo).image.size
        why = f"domains.{task}.why"
        return render("tabs/domains/row.html", t, row=row, why=why, bins=BINS, shape=shape)

    def gallery(
        self, photo: Upload, task: str, strength: object
    ) -> tuple[list[tuple[Image.Image, str]], dict]:
        """What `/convert` gives."""
        found = convert_upload(self.predictor, photo, task, strength)
        pictures = [(to_image(one.pixels), one.name) for one in found]
        numbers = {
            one.name: {"psnr": round(one.psnr, 3), "ssim": round(one.ssim, 4)}
            for one in found
            if one.psnr is not None and one.ssim is not None
        }
        return pictures, numbers


def build(context: PageContext) -> TabHandle:
    """Add the tab's content to the Blocks being built."""
    local = context.translations
    callbacks = Domains(context.predictor, read_scores(context.predictor.folder))
    local.build(gr.Markdown, {"value": "domains.intro"}, elem_id="domains-intro")
    chosen = idea_choice(local, "domains", DOMAINS)
    strengths, rows = {}, {}
    for name in DOMAINS:
        with idea(local, "domains", DOMAINS, name):
            strengths[name] = _strength(local, name)
            rows[name] = html(script="tabs/domains/row.js", elem_id=f"domains-{name}-row")

    def show_chosen(name, photo, values, t):
        return {rows[name]: callbacks.show_row(photo, name, values[name], t)}

    alert = refusal_slot("domains-alert")
    by_name = Group(list(strengths.values()), lambda *values: dict(zip(DOMAINS, values)))
    changes = [chosen.change, *(strength.change for strength in strengths.values())]
    context.show_on(
        [*context.when_seen, *changes],
        show_chosen,
        [chosen, context.photo, by_name],
        list(rows.values()),
        alert,
        emptied=list(rows.values()),
        **INFERENCE,
    )
    _build_endpoint(context, callbacks, chosen, strengths)
    links: dict[str, gr.components.Component] = {"domain": chosen}
    return TabHandle(links | {link: strengths[name] for name, link in STRENGTHS.items()})


def _strength(local: Translations, name: str) -> gr.Slider | gr.Number:
    """A slider, or for a task that has no strength nothing that is seen."""
    known = TASKS[name].strength
    if known is None:
        return gr.Number(None, visible="hidden")
    with gr.Row(elem_classes="domains-strength"):
        return local.build(
            gr.Slider,
            {"label": f"domains.{name}.strength", "info": f"domains.{name}.strength.info"},
            minimum=known.low,
            maximum=known.high,
            value=known.default,
            step=known.step,
            elem_id=f"domains-{name}-strength",
        )


def _build_endpoint(
    context: PageContext,
    callbacks: Domains,
    chosen: gr.Radio,
    strengths: Mapping[str, gr.components.Component],
) -> None:
    """The pictures and their numbers, to take home and for scripts."""
    local = context.translations
    with local.build(gr.Accordion, {"label": "domains.take-home"}, open=False):
        local.build(gr.Markdown, {"value": "domains.take-home.intro"})
        strength = gr.Number(0, label="strength", visible="hidden")
        make = local.button("domains.take-home.make")
        gallery = local.build(
            gr.Gallery,
            {"label": "domains.take-home.pictures"},
            format="png",
            columns=6,
            buttons=["download"],
        )
        numbers = local.build(gr.JSON, {"label": "domains.take-home.numbers"})

    @as_gradio_errors
    def convert_photo(photo, task, strength):
        """One photo in another domain: what goes in, filters and networks, with their numbers.

        task: denoise, super-resolve or colourise. strength: the noise's standard deviation in grey
        levels, 10 to 50, or the softmax's temperature, 0.05 to 1; 0 for the page's own; of no
        matter to super-resolve. Returns pictures of 128x128, named as in the numbers, the original
        last; for each other "psnr" in dB and "ssim".
        """
        return callbacks.gallery(photo, task, strength or None)

    make.click(
        None,
        [chosen, *strengths.values()],
        strength,
        js=f"(task, ...all) => all[{json.dumps(DOMAINS)}.indexOf(task)]",
        api_visibility="private",
    ).then(
        convert_photo,
        [context.photo, chosen, strength],
        [gallery, numbers],
        api_name="convert",
        **ON_CLICK,
    )
