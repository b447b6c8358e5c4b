"""The lesson plan: 45 minutes, step by step, each with the link that opens it."""

from dataclasses import dataclass, replace

from segdemo.lecture.lesson_links import LessonState, query
from segdemo.locales import Translator
from segdemo.web.templates import render


@dataclass(frozen=True)
class Step:
    """One step of the lesson; what it says is `lesson.plan.<name>.*` in the texts."""

    name: str
    minutes: int
    state: LessonState

    def address(self, language: str) -> str:
        """The query string of the link that opens the step."""
        return query(replace(self.state, lang=language))


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


def render_plan(t: Translator) -> str:
    """The plan as a list; its links open in the same page, in the same language."""
    minutes = sum(step.minutes for step in STEPS)
    return render("tabs/lesson/plan.html", t, steps=STEPS, minutes=minutes)
