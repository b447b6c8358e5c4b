"""The lesson plan: 45 minutes, step by step, each with the link that opens it."""

from dataclasses import dataclass, replace
from html import escape

from segdemo.lecture.lesson_links import LessonState, query
from segdemo.locales import text


@dataclass(frozen=True)
class Step:
    """One step of the lesson; what it says is `lesson.plan.<name>.*` in the texts."""

    name: str
    minutes: int
    state: LessonState


STEPS = (
    Step("problem", 4, LessonState(tab="insight", section="answers")),
    Step("baseline", 4, LessonState(stages=("kmeans",), reveal=False)),
    Step("data", 4, LessonState(tab="insight", section="truth")),
    Step("loss", 7, LessonState(tab="loss")),
    Step("kernels", 7, LessonState(stages=("cnn-1x1", "cnn-5x5", "cnn-11x11"), reveal=False)),
    Step("reshape", 4, LessonState(tab="insight", section="perturb")),
    Step("upsampling", 7, LessonState(tab="upsampling", mode="nearest")),
    Step(
        "skips", 5, LessonState(stages=("upsample-only", "encoder-decoder", "unet"), reveal=False)
    ),
    Step("results", 3, LessonState(tab="results")),
)


def render(language: str) -> str:
    """The plan as a list; its links open in the same page, in the same language."""
    total = sum(step.minutes for step in STEPS)
    intro = escape(text("lesson.plan.intro", language, minutes=total, steps=len(STEPS)))
    items = "".join(_step(step, language) for step in STEPS)
    return f'<div class="lesson-plan"><p>{intro}</p><ol>{items}</ol></div>'


def _step(step: Step, language: str) -> str:
    title, show, ask = (
        escape(text(f"lesson.plan.{step.name}.{part}", language))
        for part in ("title", "show", "ask")
    )
    minutes = escape(text("lesson.plan.minutes", language, minutes=step.minutes))
    address = escape(query(replace(step.state, lang=language)))
    open_it = escape(text("lesson.plan.open", language))
    return (
        f'<li><span class="minutes">{minutes}</span><div><h3>{title}</h3><p>{show}</p>'
        f'<p class="ask">{ask}</p></div>'
        f'<a class="tool" href="?{address}" aria-label="{open_it}: {title}">{open_it}</a></li>'
    )
