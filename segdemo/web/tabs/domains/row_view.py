"""A task's row, what it shows: pictures with their numbers, the test photos' numbers, the code."""

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from segdemo.analysis.conversion import TASKS, Picture
from segdemo.data.domains import to_image
from segdemo.evaluation.conversion_scores import Score, TaskScores
from segdemo.locales import Translator
from segdemo.models.registry import CONVERTERS
from segdemo.web.components.domain_pictures import picture_title
from segdemo.web.formatting import precise, thousands

CODE = (
    "classify = nn.Conv2d({width}, {channels}, kernel_size=3, padding=1)\ncriterion = nn.{loss}()"
)


@dataclass(frozen=True)
class Tile:
    """One picture: its name in the row, title, image, numbers below, what it shows in words."""

    name: str
    title: str
    image: Image.Image
    lines: tuple[str, ...]
    description: str
    is_best: bool = False  # of the row, by PSNR


@dataclass(frozen=True)
class TestRow:
    """One line of the table of the test photos."""

    title: str
    psnr: str
    psnr_interval: str
    ssim: str


@dataclass(frozen=True)
class TestTable:
    """What was measured on the test photos, the sentence on it, and those on its choices."""

    caption: str
    rows: tuple[TestRow, ...]
    sentence: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Code:
    """The lines that differ from segmentation's: (its line, this network's), with its title."""

    title: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Row:
    """All that is shown of one task; `left` and `right` are the names first compared."""

    tiles: tuple[Tile, ...]
    left: str
    right: str
    code: tuple[Code, ...]
    table: TestTable | None


def row(task: str, pictures: Sequence[Picture], scores: TaskScores | None, t: Translator) -> Row:
    """The view of one task's pictures; `scores` are None where they were not measured."""
    best = max((one for one in pictures if one.psnr is not None), key=lambda one: one.psnr or 0)
    tiles = tuple(_tile(task, one, one is best, t) for one in pictures)
    return Row(
        tiles,
        left=tiles[0].name,
        right=_short(task, TASKS[task].networks[-1]),
        code=codes(task, t),
        table=scores and _table(task, scores, t),
    )


def codes(task: str, t: Translator) -> tuple[Code, ...]:
    """What differs in the code from segmentation's, once for each kind of output."""
    found = {}
    for key in TASKS[task].networks:
        stage = CONVERTERS[key]
        channels = stage.arguments.get("channels", 3)
        kind = stage.task.removeprefix(f"{task}-")
        head = t("domains.code") if kind == task else t(f"domains.{task}.{kind}")
        found[kind] = Code(head, _lines(stage.arguments["widths"][0], channels))
    return tuple(found.values())


def _lines(width: int, channels: int) -> tuple[tuple[str, str], ...]:
    loss = "CrossEntropyLoss" if channels > 3 else "L1Loss"
    before = CODE.format(width=width, channels=3, loss="CrossEntropyLoss").splitlines()
    after = CODE.format(width=width, channels=channels, loss=loss).splitlines()
    return tuple(zip(before, after))


def _short(task: str, key: str) -> str:
    """A network's name within its task."""
    return key.removeprefix(f"{task}-")


def _tile(task: str, picture: Picture, is_best: bool, t: Translator) -> Tile:
    name = picture_title(task, picture.name, t)
    if picture.psnr is None or picture.ssim is None:
        lines: tuple[str, ...] = (t("domains.goal"),)
    else:
        lines = (
            t("domains.psnr", value=f"{picture.psnr:.1f}"),
            t("domains.ssim", value=f"{picture.ssim:.2f}"),
        )
    words = t("domains.alt", title=name, lines=", ".join(lines))
    return Tile(picture.name, name, to_image(picture.pixels), lines, words, is_best)


def _table(task: str, scores: TaskScores, t: Translator) -> TestTable:
    rows = tuple(
        _test_row(picture_title(task, name, t), one, t) for name, one in scores.scores.items()
    )
    means = {name: f"{one.psnr.value:.1f}" for name, one in scores.scores.items()}
    photos, strength = thousands(scores.photos), f"{scores.strength:g}"
    named = {name.replace("-", "_"): mean for name, mean in means.items()}
    sentence = t(f"domains.{task}.found", strength=strength, **named)
    caption = t(f"domains.{task}.test", photos=photos, strength=strength)
    return TestTable(caption, rows, sentence, _choices(task, scores, t))


def _choices(task: str, scores: TaskScores, t: Translator) -> tuple[str, ...]:
    """How often a classification is right, by how many choices it has."""
    return tuple(
        t(
            f"domains.{task}.{kind}",
            **{
                name.replace("-", "_"): precise(one[kind].value)
                for name, one in scores.accuracies.items()
            },
        )
        for kind in ("top-1", "top-5")
        if scores.accuracies
    )


def _test_row(title: str, score: Score, t: Translator) -> TestRow:
    low, high = (f"{end:.1f}" for end in score.psnr.interval)
    interval = t("results.range", low=low, high=high)
    return TestRow(title, f"{score.psnr.value:.1f}", interval, f"{score.ssim.value:.3f}")
