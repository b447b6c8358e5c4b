"""Section *Where is it wrong?*: a stage against a ground truth that was drawn or is painted."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import gradio as gr
import numpy as np
from PIL import Image

from segdemo.analysis.cluster_labels import class_labels
from segdemo.data.ground_truth import PSEUDO_LABEL_STAGE, GroundTruthSource
from segdemo.data.oxford_pets import WRONG_ANNOTATIONS
from segdemo.data.painting import Painting, fingerprint, painting_of, parse_painting
from segdemo.inference import Predictor
from segdemo.locales import Translator
from segdemo.models.checkpoints import CheckpointError, ask_each
from segdemo.models.registry import STAGES
from segdemo.web.components.mask_editor.editor import build_editor, editor_view, read_painting
from segdemo.web.components.stage_names import stage_choice
from segdemo.web.context import PageContext, TabHandle
from segdemo.web.events import INFERENCE
from segdemo.web.examples import TestSplit, find_annotation
from segdemo.web.formatting import precise
from segdemo.web.html import html
from segdemo.web.localisation import Translations
from segdemo.web.photo_view import Upload, load_thumbnail
from segdemo.web.tabs.explain.ground_truth_view import (
    Predictions,
    Reference,
    difference,
    ladder,
    mistakes,
)
from segdemo.web.templates import render

FIRST, SECOND = "unet", "encoder-decoder"
# The browser keeps what is painted, and brings it back with its photo after a reload.
KEEP = "() => window.ownPhoto.keepPainting((%s)(null)[0])"
KEPT = """() => {
    const painting = window.ownPhoto.findPainting();
    return painting ? { ...painting, at: performance.now() } : { __type__: 'update' };
}"""


@dataclass(frozen=True)
class GroundTruthSection:
    """The section's callbacks; `paint` and `find` raise InputError. `test_split` may be None."""

    predictor: Predictor
    test_split: TestSplit | None

    def show(
        self, painting: Painting | None, photo: Upload, first: str, second: str, t: Translator
    ) -> tuple[str, str]:
        """(the editor, the findings) in HTML. Raises InputError."""
        image = load_thumbnail(photo)
        size = image.height, image.width
        suggestion = self._predict([PSEUDO_LABEL_STAGE], image, size, None)[PSEUDO_LABEL_STAGE]
        if isinstance(suggestion, CheckpointError):
            suggestion = None
        editor = editor_view(image, painting_of(image, painting), suggestion, t)
        return editor, self.find(painting, photo, first, second, t)

    def paint(
        self, sent: object, photo: Upload, first: str, second: str, t: Translator
    ) -> tuple[Painting | None, str, str]:
        """(the painting that the editor sent, its name, the findings)."""
        painting = self._parse(sent, load_thumbnail(photo))
        name = painting.name if painting else ""
        return painting, name, self.find(painting, photo, first, second, t)

    def restore(self, kept: object, photo: Upload, t: Translator) -> tuple[object, object]:
        """(the painting that the browser kept, its name), if it is of this photo."""
        image = load_thumbnail(photo)
        if not isinstance(kept, dict) or kept.get("photo") != fingerprint(image):
            return gr.skip(), gr.skip()
        painting = self._parse(kept, image)
        return painting, painting.name if painting else ""

    def _parse(self, sent: object, image: Image.Image) -> Painting | None:
        size = image.height, image.width
        predict = partial(class_labels, self.predictor, PSEUDO_LABEL_STAGE, image, size)
        return parse_painting(sent, image, predict)

    def find(
        self, painting: Painting | None, photo: Upload, first: str, second: str, t: Translator
    ) -> str:
        """Where the first stage is wrong, where both differ, how all of them do, in HTML."""
        image = load_thumbnail(photo)
        reference = self._reference(painting_of(image, painting), photo, t)
        labels = reference.labels
        size = (image.height, image.width) if labels is None else labels.shape
        keys = (first, second) if labels is None else tuple(STAGES)
        predictions = self._predict(keys, image, size, labels)
        one, other = predictions[first], predictions[second]
        problems = [str(found) for found in (one, other) if isinstance(found, CheckpointError)]
        return render(
            "tabs/explain/ground_truth.html",
            t,
            photo=image,
            reference=reference,
            problems=dict.fromkeys(problems),
            mistakes=None
            if isinstance(one, CheckpointError)
            else mistakes(first, one, reference, t),
            difference=None
            if isinstance(one, CheckpointError)
            or isinstance(other, CheckpointError)
            or first == second
            else difference((first, one), (second, other), reference, t),
            ladder=ladder(predictions, first, reference, t),
        )

    def _reference(self, painting: Painting | None, photo: Upload, t: Translator) -> Reference:
        """The ground truth in use, where it comes from, or how to get one."""
        if painting:
            return _painted(painting, t)
        annotation = find_annotation(self.test_split, photo)
        if annotation is None:
            return Reference(None, (t("insight-truth.none"),))
        source = t(f"ground-truth.source.{annotation.source}")
        notes = [t("insight-truth.drawn", source=source)]
        if annotation.source == GroundTruthSource.DATASET:
            wrong = WRONG_ANNOTATIONS.get(Path(str(photo)).stem)
            notes += [t(f"insight-truth.wrong-annotation.{wrong}")] if wrong else []
        return Reference(annotation, tuple(notes))

    def _predict(
        self,
        keys: tuple[str, ...] | list[str],
        image: Image.Image,
        size: tuple[int, int],
        ground_truth: np.ndarray | None,
    ) -> Predictions:
        """Each stage's labels, (height, width), or why there are none."""
        return dict(
            ask_each(keys, lambda key: class_labels(self.predictor, key, image, size, ground_truth))
        )


def _painted(painting: Painting, t: Translator) -> Reference:
    """A painting; the U-Net's own prediction is a ground truth only once it is corrected."""
    if painting.corrected is None:
        note = t("insight-truth.painted", percent=precise(painting.painted_fraction))
    elif painting.corrected == 0:
        note = t("insight-truth.own-prediction")
    else:
        note = t("insight-truth.corrected", percent=precise(painting.corrected))
    return Reference(painting.ground_truth, (note,))


def build(context: PageContext) -> TabHandle:
    """Add the section to the Blocks being built."""
    callbacks = GroundTruthSection(context.predictor, context.test_split)
    painting = context.painting
    with gr.Row(elem_id="truth"):
        with gr.Column(scale=0, min_width=400, elem_id="truth-painting"):
            editor = build_editor("truth-editor")
            alert = html()
        with gr.Column(elem_id="truth-results"):
            with gr.Row():
                first = _choice(context.translations, "stage", FIRST)
                second = _choice(context.translations, "compare-with", SECOND)
            findings = html(elem_id="truth-findings")
    stages = [context.photo, first, second]
    context.show_on(
        [editor.input],
        callbacks.paint,
        [editor, *stages],
        [painting, context.painted, findings],
        alert,
        js=read_painting(editor),
        **INFERENCE,
    )
    context.show_on(
        [first.change, second.change], callbacks.find, [painting, *stages], [findings], **INFERENCE
    )
    editor.input(None, None, None, js=KEEP % read_painting(editor), api_visibility="private")
    kept = gr.JSON(None, visible="hidden", render=False)
    context.photo.change(None, None, kept, js=KEPT, api_visibility="private")
    context.show_on(
        [kept.change],
        callbacks.restore,
        [kept, context.photo],
        [painting, context.painted],
        alert,
        **INFERENCE,
    )
    shown = [editor, findings]
    context.show_on(
        context.when_seen,
        callbacks.show,
        [painting, *stages],
        shown,
        alert,
        emptied=shown,
        **INFERENCE,
    )
    return TabHandle(link_fields={"first": first, "second": second}, unseen=[kept])


def _choice(translations: Translations, name: str, value: str) -> gr.Dropdown:
    label = f"insight-truth.{name}"
    return stage_choice(
        translations, gr.Dropdown, STAGES, label, value, min_width=240, elem_id=f"truth-{name}"
    )
