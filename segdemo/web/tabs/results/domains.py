"""The other domains' scores as a table."""

from collections.abc import Mapping

from markupsafe import Markup

from segdemo.evaluation.conversion_scores import TaskScores
from segdemo.evaluation.scores import Estimate
from segdemo.locales import Translator
from segdemo.web.components.domain_pictures import picture_title
from segdemo.web.formatting import thousands
from segdemo.web.tabs.results.tables import Row, Table, render_table

COLUMNS = ("task", "picture", "psnr", "interval", "ssim")


def domain_scores(scores: Mapping[str, TaskScores], t: Translator) -> Markup:
    """`domain_table`, as it stands on the page."""
    return render_table(domain_table(scores, t), False, t)


def domain_intro(scores: Mapping[str, TaskScores], t: Translator) -> str:
    """What the table's numbers are of."""
    noise = scores["denoise"]
    photos, sigma = thousands(noise.photos), f"{noise.strength:g}"
    return t("results.domains.intro", photos=photos, sigma=sigma)


def domain_table(scores: Mapping[str, TaskScores], t: Translator) -> Table:
    """A row for each picture of each measured task."""
    rows = [
        Row(
            t(f"domains.{task}.title"),
            (
                picture_title(task, name, t),
                f"{score.psnr.value:.2f}",
                _interval(score.psnr, t),
                f"{score.ssim.value:.3f}",
            ),
        )
        for task, measured in scores.items()
        for name, score in measured.scores.items()
    ]
    headings = tuple(t(f"domains.column.{name}") for name in COLUMNS)
    return Table(t("results.domains.title"), headings, tuple(rows))


def _interval(found: Estimate, t: Translator) -> str:
    low, high = found.interval
    return t("results.range", low=f"{low:.2f}", high=f"{high:.2f}")
