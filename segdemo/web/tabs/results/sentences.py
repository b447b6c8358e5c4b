"""What the charts show, in words that follow from their numbers."""

from collections import Counter
from collections.abc import Sequence

from segdemo.evaluation.scores import StageSummary, scored
from segdemo.locales import Translator
from segdemo.web.tabs.results.costs import Cost, frontier, write
from segdemo.web.tabs.results.names import listed, title

HARDLY = 0.01  # IoU below which a class counts as not found


def on_scores(results: Sequence[StageSummary], t: Translator) -> str:
    """The best, the largest step over the best before it, who falls back, and k-means' help."""
    known = scored(results)
    if not known:
        return t("results.nothing")
    best = max(known, key=lambda result: result.scores.miou)
    low, high = (f"{end:.3f}" for end in best.scores.miou_interval)
    miou = f"{best.scores.miou:.3f}"
    said = [t("results.ladder.best", stage=title(best.stage, t), miou=miou, low=low, high=high)]
    gain, before, after = _largest_step(known)
    if gain > 0:
        names = {"before": title(before.stage, t), "after": title(after.stage, t)}
        said.append(t("results.ladder.step", **names, gain=f"{gain:.2f}"))
    falls = [b for a, b in zip(known, known[1:]) if b.scores.miou < a.scores.miou]
    if falls:
        said.append(t("results.ladder.falls", stages=listed(falls, t)))
    helped = [result for result in results if result.best_case]
    if helped:
        said.append(t("results.ladder.ideal", stages=", ".join(title(r.stage, t) for r in helped)))
    return " ".join(said)


def _largest_step(known: Sequence[StageSummary]) -> tuple[float, StageSummary, StageSummary]:
    """The most that a stage added to the best before it, that one, and the stage."""
    steps, best = [(0.0, known[0], known[0])], known[0]
    for result in known[1:]:
        steps.append((result.scores.miou - best.scores.miou, best, result))
        best = max(best, result, key=lambda one: one.scores.miou)
    return max(steps, key=lambda step: step[0])


def on_costs(known: Sequence[Cost], quantity: str, t: Translator) -> str:
    """Whether the best is the dearest too, and who is worth the price."""
    if not known:
        return t("results.cost.none")
    best, price = max(known, key=lambda one: one[0].scores.miou)
    dearest, highest = max(known, key=lambda one: one[1])
    values = {
        "best": title(best.stage, t),
        "price": write(price, quantity),
        "most": title(dearest.stage, t),
        "highest": write(highest, quantity),
    }
    if price == highest:
        first = t("results.cost.pays", **values)
    else:
        gain = f"{best.scores.miou - dearest.scores.miou:.2f}"
        first = t("results.cost.spares", gain=gain, **values)
    return f"{first} {t('results.cost.frontier', stages=listed(frontier(known), t))}"


def on_classes(results: Sequence[StageSummary], t: Translator) -> str:
    """The class that most stages find hardest, and who can and cannot."""
    known = [r for r in scored(results) if None not in r.scores.iou.values()]
    if not known:
        return t("results.nothing")
    counts = Counter(min(r.scores.iou, key=r.scores.iou.get) for r in known)
    hardest, times = counts.most_common(1)[0]
    finder = max(known, key=lambda result: result.scores.iou[hardest])
    said = t(
        "results.classes.hardest",
        name=t(f"page.class.{hardest}"),
        count=times,
        total=len(known),
        stage=title(finder.stage, t),
        iou=f"{finder.scores.iou[hardest]:.2f}",
    )
    blind = [result for result in known if result.scores.iou[hardest] < HARDLY]
    return f"{said} {t('results.classes.blind', stages=listed(blind, t))}" if blind else said


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
