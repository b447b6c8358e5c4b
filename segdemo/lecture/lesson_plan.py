"""The lecture as a lesson: its steps, its slides, and the view of the page that shows each."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

from segdemo.lecture.lesson_links import LessonState, query

LECTURE = "Image Domain Conversion (Model Construction)"
LECTURER = "Quang-Vinh Dinh"
SCHOOL = "AI VIETNAM"


@dataclass(frozen=True)
class Step:
    """One step of the lesson; what it says is `lesson.plan.<name>.*` in the texts.

    `state` shows what the step is about, with its photo where `needs_photo`; else the lecturer's
    own stays. `in_view`: CSS selectors of what its sentence names, which is seen without scrolling.
    """

    name: str
    minutes: int
    state: LessonState
    in_view: tuple[str, ...]
    needs_photo: bool = False

    @property
    def full_state(self) -> LessonState:
        """What the page shows while the step is on."""
        return replace(self.state, step=self.name)


@dataclass(frozen=True)
class Source:
    """A paper or a data set that a slide names."""

    title: str
    address: str


@dataclass(frozen=True)
class Slide:
    """A slide of the lecture by its own title, and the state of the page that shows it."""

    title: str
    state: LessonState
    sources: tuple[Source, ...] = ()


def _story(stage: str, **more: Any) -> LessonState:
    return LessonState(stage=stage, **more)


def _upsampling(idea: str, **more: Any) -> LessonState:
    return LessonState(tab="upsampling", upsampling=idea, **more)


STEPS = (
    Step(
        "problem",
        3,
        LessonState(tab="insight", section="answers", photo="dog-and-cat"),
        ("#answers figure:nth-of-type(3) .picture",),
        needs_photo=True,
    ),
    Step("baseline", 3, _story("kmeans", stages=("kmeans",), reveal=False), ("#clusters", ".hero")),
    Step(
        "data",
        3,
        LessonState(tab="insight", section="truth", photo="german-shepherd"),
        ("#truth-findings figure:nth-of-type(2) .picture",),
        needs_photo=True,
    ),
    Step(
        "loss",
        6,
        LessonState(tab="loss", loss="answer", reveal=False),
        ("#loss-scores", "#loss-answer-result .log-curve", "#loss-answer-result .formula"),
    ),
    Step(
        "kernels",
        6,
        _story("cnn-1x1", stages=("cnn-1x1", "cnn-5x5", "cnn-11x11"), reveal=False),
        (".hero .field",),
    ),
    Step(
        "reshape",
        3,
        LessonState(tab="insight", section="sizes"),
        ("#sizes .refused", "#sizes .row ~ .row .picture", "#sizes .network"),
    ),
    Step(
        "upsampling",
        6,
        _upsampling("matrix", mode="nearest"),
        ("#upsampled [role=grid]", "#mode label:nth-of-type(2)", "#inspector .sum"),
    ),
    Step(
        "skips",
        4,
        _story(
            "encoder-decoder",
            photo="german-shepherd",
            stages=("encoder-decoder", "unet"),
            reveal=False,
        ),
        (".hero",),
        needs_photo=True,
    ),
    Step(
        "teach",
        5,
        LessonState(tab="teach"),
        ("#teach-play", "#teach-board .plot-area", "#teach-others button"),
    ),
    Step("results", 3, LessonState(tab="results"), ("#results-ladder-chart svg.marks",)),
    Step(
        "domains",
        3,
        LessonState(tab="domains"),
        tuple(
            f"#domains-denoise-row {point}"
            for point in (".pair", "figure:last-child img", ".domains-code ins")
        ),
    ),
)

FCN = Source("Long, Shelhamer, Darrell 2015", "https://arxiv.org/abs/1411.4038")
ESRGAN = Source("ESRGAN, 2018", "https://arxiv.org/abs/1809.00219")
SROOE = Source(
    "Perception-Oriented Single Image Super-Resolution using Optimal Objective Estimation, "
    "CVPR 2023",
    "https://arxiv.org/abs/2211.13676",
)
PETS = Source("Oxford-IIIT Pet", "https://www.robots.ox.ac.uk/~vgg/data/pets/")
TWO_PETS = LessonState(tab="insight", section="answers", photo="dog-and-cat")
DOG = "german-shepherd"

SLIDES = (
    Slide("Motivation: classification, localization, detection", TWO_PETS),
    Slide("Motivation: input space → output space, how?", LessonState(tab="lesson")),
    Slide("Image segmentation", _story("unet")),
    Slide("Traditional method: k-means segmentation", _story("kmeans")),
    Slide("Oxford-IIIT Pet", LessonState(tab="insight", section="truth", photo=DOG), (PETS,)),
    Slide("Discussion: input/output + loss function", LessonState(tab="loss")),
    Slide("One-hot encoding and cross-entropy", LessonState(tab="loss", loss="answer")),
    Slide("Inference and training of a 2×2 image", LessonState(tab="loss", loss="image")),
    Slide("The training loop", LessonState(tab="loss", loss="loop")),
    Slide("Segmentation (1): pixel-wise and color-based method", _story("cnn-1x1")),
    Slide("Segmentation (2): increase kernel sizes", _story("cnn-5x5")),
    Slide("Segmentation (3): keep increasing", _story("cnn-11x11")),
    Slide("Segmentation (4): make it more efficient", _story("fcn-reshape")),
    Slide("Segmentation (4): problem?", LessonState(tab="insight", section="sizes")),
    Slide(
        "Further reading: Fully Convolutional Networks",
        LessonState(tab="insight", section="score-maps"),
        (FCN,),
    ),
    Slide("Segmentation (5): values at u, v, p and q", _upsampling("line")),
    Slide("Segmentation (5): bilinear table to fill in", _upsampling("exercise")),
    Slide("Segmentation (5): nearest neighbor", _upsampling("matrix", mode="nearest")),
    Slide("Segmentation (5): bilinear interpolation", _upsampling("matrix")),
    Slide("How to upsample feature maps", _upsampling("features")),
    Slide("Segmentation (5): encoder and decoder", _story("encoder-decoder")),
    Slide("Segmentation (5): encoding", LessonState(tab="insight", section="layers")),
    Slide(
        "Segmentation (5): decoding",
        LessonState(tab="insight", section="layers"),
        (ESRGAN, SROOE),
    ),
    Slide("Segmentation (6): using skip connections", _story("unet", photo=DOG)),
    Slide(
        "Segmentation (6): with / without skip connections",
        LessonState(tab="insight", section="skips", photo=DOG),
    ),
)


def with_step(parameters: Mapping[str, str]) -> dict[str, str]:
    """The parameters of a link, completed by those of the lesson's step that it names."""
    step = {step.name: step for step in STEPS}.get(parameters.get("step", ""))
    if step is None:
        return dict(parameters)
    own = dict(parse_qsl(query(step.full_state)))
    if step.needs_photo:
        own["photo"] = step.state.photo
    return own | dict(parameters)


def lesson_minutes() -> int:
    """How long the whole lesson takes."""
    return sum(step.minutes for step in STEPS)
