"""Tab *Results*: its charts' rows, its tables and its sentences follow from the numbers."""

import shutil
from dataclasses import replace

import pytest
from conftest import CHECKPOINTS
from support.drawn_pets import write_dataset

from segdemo.data.oxford_pets import WRONG_ANNOTATIONS, PetDataError
from segdemo.evaluation.model_stats import model_stats
from segdemo.evaluation.published import MEASURES, PUBLISHED
from segdemo.evaluation.scores import Epoch, PhotoScore, Scores, StageSummary, stage_summaries
from segdemo.inference import Predictor
from segdemo.inference.timing import Timings
from segdemo.locales import LANGUAGES, Translator
from segdemo.models import checkpoints
from segdemo.models.registry import NETWORKS, STAGES
from segdemo.web.examples import TestSplit
from segdemo.web.formatting import thousands
from segdemo.web.tabs.results import charts, costs, others, sentences, tables
from segdemo.web.tabs.results.film import score_at
from segdemo.web.tabs.results.measured import Measured
from segdemo.web.tabs.results.photos import Extremes
from segdemo.web.tabs.results.tab import CLOCKS

T = Translator("en")


@pytest.fixture(scope="module")
def known(predictor):
    return stage_summaries(predictor)


@pytest.fixture
def two(tmp_path):
    """A folder with the checkpoints of two small stages and no others."""
    for key in ("cnn-1x1", "cnn-5x5"):
        for path in (checkpoints.weights_path, checkpoints.metadata_path):
            shutil.copy(path(CHECKPOINTS, NETWORKS[key]), tmp_path)
    return tmp_path


def invent(key: str, miou: float, **more) -> StageSummary:
    """A stage's StageSummary with this mIoU."""
    iou = more.pop("iou", {"pet": miou, "background": miou, "border": miou})
    scores = Scores(miou, (miou - 0.01, miou + 0.01), 0.9, iou, (), ())
    return StageSummary(STAGES[key], model_stats(STAGES[key]), scores, **more)


def price(result: StageSummary, cost: float) -> costs.Cost:
    return costs.Cost(result, result.scores, cost)


def title(key: str) -> str:
    return T(f"stages.{key}.title")


# ---- Charts and tables ----


def test_the_charts_rows_are_the_cards(known):
    bars = {row["key"]: row for row in charts.score_rows(known, T)}
    points = {
        row["key"]: row
        for row in charts.cost_rows(costs.costs(known, "parameters", {}), "parameters", T)
    }
    for key, network in NETWORKS.items():
        card = checkpoints.read_metadata(CHECKPOINTS, network)
        low, high = card["test"]["miou_interval"]
        bar = [bars[key][name] for name in ("low", "miou", "high")]
        assert bar == [low, card["test"]["miou"], high]
        assert points[key]["cost"] == model_stats(network).parameters
        iou = [row["iou"] for row in charts.class_rows(known, T) if row["stage"] == title(key)]
        assert iou == list(card["test"]["iou"].values())
        line = [row for row in charts.curve_rows(known, "minutes", T) if row["key"] == key]
        assert [(row["elapsed"], row["miou"]) for row in line] == [
            (record["seconds"] / 60, record["holdout_miou"]) for record in card["history"]
        ]
    assert bars["kmeans"]["opacity"] < 1  # at its best, not comparable


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chart_is_valid_and_says_what_it_shows(known, language):
    t = Translator(language)
    drawn = [
        charts.scores(known, t, "what it shows"),
        charts.classes(known, t, "what it shows"),
        charts.cost(costs.costs(known, "multiply-adds", {}), "multiply-adds", t, "what it shows"),
        *(charts.curves(known, clock, t, "what it shows") for clock in CLOCKS),
    ]
    for chart in drawn:
        assert chart.to_dict()["description"] == "what it shows"  # raises where it is not valid


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_has_a_row_per_stage_with_the_numbers(known, language):
    t = Translator(language)
    rows = tables.score_table(known, {"unet": 41.7}, t).rows
    assert [row.number for row in rows] == list(range(1, len(STAGES) + 1))
    for result, row in zip(known, rows):
        assert t(f"stages.{result.stage.key}.title") in row.head
        scores = result.scores or result.best_case
        low, high = (f"{end:.3f}" for end in scores.miou_interval)
        assert row.cells[0] == f"{scores.miou:.3f}"
        assert row.cells[1] == t("results.range", low=low, high=high)
        if result.scores:
            assert row.cells[3] == thousands(result.model_stats.parameters)
    assert rows[-1].cells[5] == "42"


@pytest.mark.parametrize("language", LANGUAGES)
def test_as_others_count_each_way_starts_with_this_page_and_the_pretrained_come_last(
    known, two, language
):
    t = Translator(language)
    rows = others.published_table(known, t).rows
    ours = [row for row in rows if row.head == t("results.others.ours")]
    assert [row.cells[0] for row in ours] == [t(f"results.others.{m}") for m in MEASURES]
    for own, scores in zip(ours, (f"{known[-1].scores.miou:.3f}", *own_figures(known[-1]))):
        assert own.cells[1].startswith(scores)
    pretrained = [row.cells[3] == t("results.others.pretrained") for row in rows]
    measures = [row.cells[0] for row in rows]
    for way in MEASURES:
        name = t(f"results.others.{way}")
        group = [last for measure, last in zip(measures, pretrained) if measure == name]
        assert group == sorted(group)
    assert sum(pretrained) == sum(one.pretrained for one in PUBLISHED)
    for result, row in zip(known, others.two_class_table(known, t).rows, strict=True):
        assert [cell[:5] for cell in row.cells] == own_figures(result)
    gaps = [row.gap for row in others.two_class_table(stage_summaries(Predictor(two)), t).rows]
    assert gaps[0] == t("results.gap.clusters")


@pytest.mark.parametrize("language", LANGUAGES)
def test_averaged_stands_apart_with_the_photos_it_was_measured_on(known, language):
    t = Translator(language)
    card = checkpoints.read_metadata(CHECKPOINTS, NETWORKS["unet"])
    rows = others.averaged_table(known, t).rows
    for row, found in zip(rows, card["averaged"], strict=True):
        assert thousands(found["pictures"]) in row.head
        figures = [found[name]["value"] for name in ("plain", "averaged", "gain")]
        assert [float(cell.split()[0]) for cell in row.cells] == pytest.approx(figures, abs=6e-4)
        assert found["gain"]["value"] == pytest.approx(figures[1] - figures[0])
    ladder = tables.score_table(known, {}, t).rows
    assert len(ladder) == len(STAGES)  # none of them is in it


def own_figures(result) -> list[str]:
    known = result.scores or result.best_case
    return [f"{figure.value:.3f}" for figure in (known.foreground_iou, known.pet_dice)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_missing_checkpoint_leaves_a_gap_with_its_sentence(two, language):
    t, known = Translator(language), stage_summaries(Predictor(two))
    rows = tables.score_table(known, {}, t).rows
    assert rows[0].gap == t("results.gap.clusters")
    for result, row in zip(known[3:], rows[3:]):
        assert f"{result.stage.key}.json: file not found" in row.gap
        assert row.missing + len(row.cells) == len(rows[1].cells)
    gaps = [row["key"] for row in charts.score_rows(known, t) if row["gap"]]
    assert gaps == list(NETWORKS)[2:]


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_any_checkpoint_the_tab_still_stands(tmp_path, language):
    t, known = Translator(language), stage_summaries(Predictor(tmp_path))
    assert len(charts.score_rows(known, t)) == len(NETWORKS)
    assert charts.class_rows(known, t) == []
    assert charts.curves(known, "epochs", t, "") is None
    assert charts.cost([], "parameters", t, "") is None
    for said in (sentences.on_scores, sentences.on_classes, sentences.on_training):
        assert said(known, t) == t("results.nothing")
    assert tables.render_table(tables.class_table(known, t), t)


def test_curves_as_a_table_of_epochs():
    known = [
        invent("cnn-1x1", 0.3, history=(Epoch(1, 0.25, 60.0),)),
        invent("unet", 0.6, history=(Epoch(1, 0.5, 60.0), Epoch(2, 0.75, 150.0))),
    ]
    rows = [row.cells for row in tables.curve_table(known, T).rows]
    assert rows == [("0.250", "0.500"), ("–", "0.750"), ("0.250", "0.750"), ("1.0", "2.5")]
    long = invent("unet", 0.6, history=tuple(Epoch(e, e / 1000, 1.0) for e in range(1, 281)))
    heads = [row.head for row in tables.curve_table([long], T).rows]
    assert heads[:-2] == ["1", "2", "5", "10", "20", "50", "100", "200"]


# ---- Sentences ----


def test_a_step_is_measured_against_the_best_before_it():
    """By hand: after the fall to 0.2 the last stage gains 0.5, but over the best before, 0.1."""
    scores = {"cnn-1x1": 0.3, "cnn-5x5": 0.6, "upsample-only": 0.2, "unet": 0.7}
    known = [invent(key, miou) for key, miou in scores.items()]
    best = {"stage": title("unet"), "miou": "0.700", "low": "0.690", "high": "0.710"}
    step = {"before": title("cnn-1x1"), "after": title("cnn-5x5"), "gain": "0.30"}
    said = [
        T("results.ladder.best", **best),
        T("results.ladder.step", **step),
        T("results.ladder.falls", stages=T("results.short.upsample-only")),
    ]
    assert sentences.on_scores(known, T) == " ".join(said)


def test_k_means_competes_with_nobody(known):
    best = replace(known[0].best_case, miou=0.99)
    helped = [replace(known[0], best_case=best), *known[1:]]
    said = sentences.on_scores(helped, T)
    assert said.startswith(title("unet"))
    assert said.endswith(T("results.ladder.ideal", stages=title("kmeans")))
    assert [result.stage.key for result, _, _ in costs.costs(helped, "parameters", {})] == list(
        NETWORKS
    )


def test_the_frontier_of_what_is_worth_its_price():
    """By hand: b is dearer and worse than a; d costs what c costs, and less."""
    scores = {"a": (10, 0.4), "b": (20, 0.3), "c": (30, 0.7), "d": (30, 0.6), "e": (90, 0.7)}
    known = {name: invent("unet", miou) for name, (_, miou) in scores.items()}
    dearest_first = [price(known[name], x) for name, (x, _) in reversed(scores.items())]
    assert costs.frontier(dearest_first) == [known["a"], known["c"]]


def test_what_the_costs_say():
    cheap, best, dear = invent("cnn-5x5", 0.4), invent("unet", 0.7), invent("fcn-reshape", 0.5)
    said = sentences.on_costs(
        [price(cheap, 2e3), price(best, 4e6), price(dear, 9e6)], "parameters", T
    )
    names = {"best": title("unet"), "most": title("fcn-reshape")}
    assert said.startswith(
        T("results.cost.spares", **names, gain="0.20", highest="9.0\xa0M", price="4.0\xa0M")
    )
    assert said.endswith(T("results.cost.frontier", stages="5×5 · U-Net"))
    said = sentences.on_costs([price(cheap, 3.25), price(best, 41.2)], costs.MILLISECONDS, T)
    assert said.startswith(T("results.cost.pays", best=title("unet"), price="41"))
    assert sentences.on_costs([], costs.MILLISECONDS, T) == T("results.cost.none")


def test_what_the_classes_and_the_curves_say():
    known = [
        invent("cnn-1x1", 0.3, iou={"pet": 0.4, "background": 0.5, "border": 0.0}),
        invent(
            "unet",
            0.6,
            iou={"pet": 0.3, "background": 0.9, "border": 0.5},
            history=(Epoch(1, 0.5, 60.0), Epoch(2, 0.66, 180.0)),
        ),
        invent("fcn-reshape", 0.5, iou={"pet": 0.4, "background": 0.6, "border": 0.2}),
    ]
    hardest = {"name": T("page.class.border"), "count": 2, "total": 3}
    said = [
        T("results.classes.hardest", **hardest, stage=title("unet"), iou="0.50"),
        T("results.classes.blind", stages="1×1"),
    ]
    assert sentences.on_classes(known, T) == " ".join(said)
    said = T("results.curves.best", stage=title("unet"), miou="0.660", epochs=2, minutes="3")
    assert sentences.on_training(known, T) == said


# ---- This machine ----


def test_measuring_says_what_it_does_and_fills_the_table(two):
    predictor = Predictor(two)
    measured = Measured(stage_summaries(predictor), Timings(predictor))
    steps = list(measured.measure_if_wanted(costs.MILLISECONDS, T))
    assert [step[1] for step in steps[:-1]] == [
        T("results.measuring"),
        *(T("results.measuring.done", done=done) for done in (1, 2)),
    ]
    times = measured.timings.milliseconds
    assert times.keys() == {"cnn-1x1", "cnn-5x5"}
    assert min(times.values()) > 0
    known = costs.costs(measured.results, costs.MILLISECONDS, times)
    assert {result.stage.key: cost for result, _, cost in known} == times
    before = dict(times)
    assert len(list(measured.measure_if_wanted(costs.MILLISECONDS, T))) == 1
    assert measured.timings.milliseconds == before  # once is enough


def test_the_endpoint_s_record(two):
    predictor = Predictor(two)
    record = Measured(stage_summaries(predictor), Timings(predictor)).ladder()
    assert list(record) == list(STAGES)
    assert "file not found" in record["unet"]["error"]
    assert record["unet"]["parameters"] == model_stats(STAGES["unet"]).parameters
    assert record["cnn-5x5"]["miou"] == predictor.metadata["cnn-5x5"]["test"]["miou"]


# ---- Film and photos ----


def test_the_film_shows_the_last_score_so_far():
    history = [(1, 0.2), (2, 0.5)]
    assert score_at(history, [0, 0.5, 1, 1.5, 3]) == [None, None, 0.2, 0.2, 0.5]
    assert score_at([], [0, 1]) == [None, None]


@pytest.fixture
def drawn(tmp_path):
    return TestSplit(write_dataset(tmp_path / "data", trainval=2, test=4))


def test_the_photos_come_one_by_one_with_both_masks(predictor, drawn):
    scores = (PhotoScore("Very_Round_2", 0.1), PhotoScore("Round_3", 0.9))
    result = invent("cnn-1x1", 0.5)
    result = replace(result, scores=replace(result.scores, worst=scores, best=scores[::-1]))
    part = Extremes(predictor, drawn, {"cnn-1x1": result, "unet": invent("unet", 0.7)})
    assert len(list(part.show("cnn-1x1", T))) == 4
    one = part.look_up("cnn-1x1", scores[0])
    assert (one.name, one.miou, one.wrong) == ("Very_Round_2", "0.10", None)
    assert one.photo.size == one.ground_truth.size == one.prediction.size
    assert len(list(part.show("unet", T))) == 1  # that it is not known


def test_a_wrong_annotation_is_named(predictor, drawn, monkeypatch):
    monkeypatch.setitem(WRONG_ANNOTATIONS, "Round_3", "inverted")
    part = Extremes(predictor, drawn, {})
    assert part.look_up("cnn-1x1", PhotoScore("Round_3", 0.1)).wrong == "inverted"
    for kind in WRONG_ANNOTATIONS.values():
        for language in LANGUAGES:
            assert Translator(language)(f"results.photos.wrong.{kind}")


def test_a_photo_that_is_not_in_this_copy_is_named(predictor, drawn):
    with pytest.raises(PetDataError, match="Round_99"):
        Extremes(predictor, drawn, {}).look_up("cnn-1x1", PhotoScore("Round_99", 0.1))
