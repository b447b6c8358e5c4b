"""Scores beside the ladder: as others count, what others reached, averaged, of other domains."""

from collections.abc import Mapping, Sequence

from segdemo.evaluation.conversion_scores import TaskScores
from segdemo.evaluation.published import MEASURES, PUBLISHED, PublishedScore
from segdemo.evaluation.scores import TWO_CLASSES, Estimate, Scores, StageSummary, scored
from segdemo.locales import Translator
from segdemo.web.components.domain_pictures import picture_title
from segdemo.web.formatting import thousands
from segdemo.web.tabs.results.names import title
from segdemo.web.tabs.results.tables import DASH, Row, Table, stage_row

COLUMNS = ("source", "measure", "score", "network", "weights", "split")
DOMAIN_COLUMNS = ("task", "picture", "psnr", "interval", "ssim")


def two_class_table(results: Sequence[StageSummary], t: Translator) -> Table:
    """A row per stage: pet and border against background, pet alone, each with its interval."""
    rows = []
    for result in results:
        known = result.scores or result.best_case
        figures = (getattr(known, measure) for measure in TWO_CLASSES) if known else ()
        cells = tuple(_with_interval(figure, t) for figure in figures)
        rows.append(stage_row(result, cells, len(TWO_CLASSES), t))
    names = (t(f"results.others.{measure}") for measure in TWO_CLASSES)
    return Table(t("results.others.title"), (t("results.stage"), *names), tuple(rows))


def published_table(results: Sequence[StageSummary], t: Translator) -> Table:
    """For each way to count: the best of this page, then others, from scratch before pretrained."""
    best = max(scored(results), key=lambda known: known[1].miou, default=None)
    rows = []
    for measure in MEASURES:
        if best:
            rows.append(_own_row(*best, measure, t))
        others = [one for one in PUBLISHED if one.measure == measure]
        rows += [_published_row(one, t) for one in sorted(others, key=lambda one: one.pretrained)]
    headings = tuple(t(f"results.others.{column}") for column in COLUMNS)
    return Table(t("results.others.published"), headings, tuple(rows))


def averaged_table(results: Sequence[StageSummary], t: Translator) -> Table:
    """A row per set of photos: mIoU plain, averaged, and what that gains."""
    rows = []
    for found in (found for result in results for found in result.averaged):
        head = t(f"results.averaged.{found.data}", count=thousands(found.pictures))
        scores = (_with_interval(one, t) for one in (found.plain, found.averaged))
        rows.append(Row(head, (*scores, _with_interval(found.gain, t, "+.3f"))))
    columns = ("photos", "plain", "averaged", "gain")
    headings = tuple(t(f"results.averaged.{column}") for column in columns)
    return Table(t("results.averaged.title"), headings, tuple(rows))


def domain_intro(scores: Mapping[str, TaskScores], t: Translator) -> str:
    """What the numbers of `domain_table` are of."""
    noise = scores["denoise"]
    photos, sigma = thousands(noise.photos), f"{noise.strength:g}"
    return t("results.domains.intro", photos=photos, sigma=sigma)


def domain_table(scores: Mapping[str, TaskScores], t: Translator) -> Table:
    """A row for each picture of each measured task."""
    rows = []
    for task, measured in scores.items():
        for name, score in measured.scores.items():
            low, high = (f"{end:.2f}" for end in score.psnr.interval)
            interval = t("results.range", low=low, high=high)
            psnr, ssim = f"{score.psnr.value:.2f}", f"{score.ssim.value:.3f}"
            cells = (picture_title(task, name, t), psnr, interval, ssim)
            rows.append(Row(t(f"domains.{task}.title"), cells))
    headings = tuple(t(f"domains.column.{name}") for name in DOMAIN_COLUMNS)
    return Table(t("results.domains.title"), headings, tuple(rows))


def _own_row(best: StageSummary, scores: Scores, measure: str, t: Translator) -> Row:
    score = _with_interval(_estimate(scores, measure), t)
    cells = (title(best.stage, t), t("results.others.scratch"), t("results.others.test"))
    return Row(t("results.others.ours"), (t(f"results.others.{measure}"), score, *cells))


def _published_row(one: PublishedScore, t: Translator) -> Row:
    weights = t(f"results.others.{'pretrained' if one.pretrained else 'scratch'}")
    split = t(f"results.others.{one.split}")
    cells = (t(f"results.others.{one.measure}"), f"{one.score:.3f}", one.network, weights, split)
    return Row(one.source, cells)


def _estimate(scores: Scores, measure: str) -> Estimate | None:
    if measure == "miou":
        return Estimate(scores.miou, scores.miou_interval)
    return getattr(scores, measure)


def _with_interval(figure: Estimate | None, t: Translator, form: str = ".3f") -> str:
    if figure is None:
        return DASH
    low, high = (f"{end:{form}}" for end in figure.interval)
    return f"{figure.value:{form}} ({t('results.range', low=low, high=high)})"
