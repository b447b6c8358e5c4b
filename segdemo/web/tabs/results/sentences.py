"""What the charts show, in words that follow from their numbers."""

from collections import Counter
from collections.abc import Sequence

from segdemo.data.classes import CLASSES
from segdemo.evaluation.scores import Scores, StageSummary, scored
from segdemo.locales import Translator
from segdemo.web.tabs.results.costs import Cost, frontier, write
from segdemo.web.tabs.results.names import listed, title

HARDLY = 0.01  # IoU below which a class counts as not found


def on_scores(results: Sequence[StageSummary], t: Translator) -> str:
    """The best, the largest step over the best before it, who falls back, and k-means' help."""
    known = scored(results)
    if not known:
        return t("results.nothing")
    best, scores = max(known, key=lambda one: one[1].miou)
    low, high = (f"{end:.3f}" for end in scores.miou_interval)
    miou = f"{scores.miou:.3f}"
    said = [t("results.ladder.best", stage=title(best.stage, t), miou=miou, low=low, high=high)]
    gain, before, after = _largest_step(known)
    if gain > 0:
        names = {"before": title(before.stage, t), "after": title(after.stage, t)}
        said.append(t("results.ladder.step", **names, gain=f"{gain:.2f}"))
    falls = [after for (_, a), (after, b) in zip(known, known[1:]) if b.miou < a.miou]
    if falls:
        said.append(t("results.ladder.falls", stages=listed(falls, t)))
    helped = [result for result in results if result.best_case]
    if helped:
        said.append(t("results.ladder.ideal", stages=", ".join(title(r.stage, t) for r in helped)))
    return " ".join(said)


def _largest_step(
    known: Sequence[tuple[StageSummary, Scores]],
) -> tuple[float, StageSummary, StageSummary]:
    """The most that a stage added to the best before it, that one, and the stage."""
    best = known[0]
    steps = [(0.0, best[0], best[0])]
    for one in known[1:]:
        steps.append((one[1].miou - best[1].miou, best[0], one[0]))
        best = max(best, one, key=lambda one: one[1].miou)
    return max(steps, key=lambda step: step[0])


def on_costs(known: Sequence[Cost], quantity: str, t: Translator) -> str:
    """Whether the best is the dearest too, and who is worth the price."""
    if not known:
        return t("results.cost.none")
    best, best_scores, price = max(known, key=lambda one: one.scores.miou)
    dearest, its_scores, highest = max(known, key=lambda one: one.cost)
    values = {
        "best": title(best.stage, t),
        "price": write(price, quantity),
        "most": title(dearest.stage, t),
        "highest": write(highest, quantity),
    }
    if price == highest:
        first = t("results.cost.pays", **values)
    else:
        gain = f"{best_scores.miou - its_scores.miou:.2f}"
        first = t("results.cost.spares", gain=gain, **values)
    return f"{first} {t('results.cost.frontier', stages=listed(frontier(known), t))}"


def on_classes(results: Sequence[StageSummary], t: Translator) -> str:
    """The class that most stages find hardest, and who can and cannot."""
    known = [(result, _iou(scores)) for result, scores in scored(results)]
    known = [(result, iou) for result, iou in known if len(iou) == len(CLASSES)]
    if not known:
        return t("results.nothing")
    counts = Counter(min(iou, key=iou.__getitem__) for _, iou in known)
    hardest, times = counts.most_common(1)[0]
    finder, found = max(known, key=lambda one: one[1][hardest])
    said = t(
        "results.classes.hardest",
        name=t(f"page.class.{hardest}"),
        count=times,
        total=len(known),
        stage=title(finder.stage, t),
        iou=f"{found[hardest]:.2f}",
    )
    blind = [result for result, iou in known if iou[hardest] < HARDLY]
    return f"{said} {t('results.classes.blind', stages=listed(blind, t))}" if blind else said


def _iou(scores: Scores) -> dict[str, float]:
    """By class, but for one that no pixel is or was called."""
    return {name: iou for name, iou in scores.iou.items() if iou is not None}


def on_training(results: Sequence[StageSummary], t: Translator) -> str:
    """Who ends highest on the validation set, and after how long."""
    known = [result for result in results if result.history]
    if not known:
        return t("results.nothing")
    best = max(known, key=lambda result: result.history[-1].holdout_miou)
    last = best.history[-1]
    return t(
        "results.curves.best",
        stage=title(best.stage, t),
        miou=f"{last.holdout_miou:.3f}",
        epochs=last.epoch,
        minutes=f"{last.seconds / 60:.0f}",
    )
