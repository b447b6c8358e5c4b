"""Tab *Loss*: what a network is told to lower, one idea at a time."""

from collections.abc import Collection

from segdemo.lecture.lesson_links import LOSS_IDEAS, LessonState
from segdemo.locales import DEFAULT_LANGUAGE, Translator
from segdemo.web.callbacks import Updates
from segdemo.web.components.ideas import idea, idea_choice
from segdemo.web.context import PageContext, TabHandle
from segdemo.web.tabs.loss import answer, image, photo, problems, training_part
from segdemo.web.tabs.loss.photo import PhotoLoss


def build(context: PageContext) -> TabHandle:
    """Add the tab's content to the Blocks being built."""
    local = context.translations
    loss = PhotoLoss(context.predictor, context.test_split)
    chosen = idea_choice(local, "loss", LOSS_IDEAS)
    first = image.tiny_image(image.OPENING)
    t = Translator(DEFAULT_LANGUAGE)
    card = problems.show_segmentation(first.predicted, first.labels, first.total, t)
    with idea(local, "loss", LOSS_IDEAS, "problems"):
        segmentation = problems.build(context, card)
    with idea(local, "loss", LOSS_IDEAS, "answer"):
        part = answer.build(context)
    with idea(local, "loss", LOSS_IDEAS, "image"):
        image.build(context, segmentation)
    with idea(local, "loss", LOSS_IDEAS, "photo"):
        stage, pixel = photo.build(context, loss, chosen)
    with idea(local, "loss", LOSS_IDEAS, "loop"):
        training_part.build(context, loss)

    def restore(state: LessonState, given: Collection[str], t: Translator) -> Updates:
        return part.restore(state.scores, state.label, state.kind, t)

    links = {
        "loss": chosen,
        "label": part.label,
        "kind": part.kind,
        "scores": part.scores,
        "loss_stage": stage,
        "loss_pixel": pixel,
    }
    return TabHandle(links, restore, [part.fields, part.result])
