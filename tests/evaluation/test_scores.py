"""Tab *Results*: its numbers are the cards', its sentences follow from them."""

import json
import shutil
from dataclasses import replace

import gradio as gr
import numpy as np
import pytest
from conftest import CHECKPOINTS
from support.drawn_pets import write_dataset

from segdemo.data.oxford_pets import PetDataError
from segdemo.evaluation.model_stats import model_stats
from segdemo.evaluation.scores import (
    Epoch,
    PhotoScore,
    Scores,
    StageSummary,
    scored,
    stage_summaries,
)
from segdemo.inference import Predictor
from segdemo.inference.timing import Timings
from segdemo.locales import LANGUAGES, text
from segdemo.metrics import confusion_matrix, score
from segdemo.models import checkpoints
from segdemo.models.registry import NETWORKS, STAGES
from segdemo.web.examples import TestSplit
from segdemo.web.localisation import Translations
from segdemo.web.tabs.results import classes, cost, curves, labels, ladder, tab, tables
from segdemo.web.tabs.results.measured import Measured
from segdemo.web.tabs.results.photos import Extremes
from train.evaluation import EXTREMES, extremes


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


def spec(drawn) -> dict:
    return json.loads(drawn.plot)


def values(drawn) -> list[dict]:
    return spec(drawn)["data"]["values"]


# ---- The numbers ----


def test_every_stage_has_its_result_and_it_is_the_card_s(predictor, known):
    assert [result.stage.key for result in known] == list(STAGES)
    assert [result.stage.key for result in scored(known)] == list(NETWORKS)
    for result in scored(known):
        card = checkpoints.read_metadata(CHECKPOINTS, result.stage)
        assert result.scores.miou == card["test"]["miou"]
        assert list(result.scores.miou_interval) == card["test"]["miou_interval"]
        assert result.scores.pixel_accuracy == card["test"]["pixel_accuracy"]
        assert result.scores.iou == card["test"]["iou"]
        assert [epoch.holdout_miou for epoch in result.history] == [
            record["holdout_miou"] for record in card["history"]
        ]
    best_case = checkpoints.read_metadata(CHECKPOINTS, STAGES["kmeans"])["best_case"]
    assert known[0].best_case.miou == best_case["miou"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_has_a_row_a_stage_with_the_numbers(known, language):
    rows = tables.ladder(known, {"unet": 41.7}, language).split("<tr>")[2:]
    assert len(rows) == len(STAGES)
    for result, row in zip(known, rows):
        assert text(f"stages.{result.stage.key}.title", language) in row
        scores = result.scores or result.best_case
        low, high = (f"{end:.3f}" for end in scores.miou_interval)
        interval = text("results.range", language, low=low, high=high)
        assert f"<b>{scores.miou:.3f}</b></td><td>{interval}" in row
        if result.scores:
            assert f"{result.facts.parameters:,}" in row
    assert "<td>42</td>" in rows[-1]


def test_the_charts_data_are_the_cards(known):
    bars = {row["key"]: row for row in values(ladder.chart(known, "en"))}
    iou = values(classes.chart(known, "en"))
    points = values(cost.chart(cost.costs(known, "parameters", {}), "parameters", "en"))
    lines = values(curves.chart(known, "minutes", "en"))
    for result in scored(known):
        key, card = result.stage.key, checkpoints.read_metadata(CHECKPOINTS, result.stage)
        test = card["test"]
        assert [bars[key][name] for name in ("low", "miou", "high")] == [
            test["miou_interval"][0],
            test["miou"],
            test["miou_interval"][1],
        ]
        title = text(f"stages.{key}.title", "en")
        assert [row["iou"] for row in iou if row["stage"] == title] == list(test["iou"].values())
        point = next(row for row in points if row["key"] == key)
        assert (point["cost"], point["miou"]) == (result.model_stats.parameters, test["miou"])
        line = [(row["elapsed"], row["miou"]) for row in lines if row["key"] == key]
        assert line == [
            (record["seconds"] / 60, record["holdout_miou"]) for record in card["history"]
        ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_missing_checkpoint_leaves_a_gap_with_its_sentence(two, language):
    predictor = Predictor(two)
    known = stage_summaries(predictor)
    rows = tables.ladder(known, {}, language).split("<tr>")[2:]
    assert len(rows) == len(STAGES)
    for result, row in zip(known[3:], rows[3:]):
        assert f"{result.stage.key}.json: file not found" in row
        assert f"{result.facts.parameters:,}" in row
    assert text("results.gap.clusters", language) in rows[0]
    gaps = [row["stage"] for row in values(ladder.chart(known, language)) if row["gap"]]
    assert gaps == [text(f"stages.{key}.title", language) for key in list(NETWORKS)[2:]]
    assert {row["key"] for row in values(curves.chart(known, "epochs", language))} == {
        "cnn-1x1",
        "cnn-5x5",
    }
    for part in (ladder, classes, curves):
        assert part.says(known, language)
    record = Measured(known, Timings(predictor)).ladder()
    assert list(record) == list(STAGES)
    assert "file not found" in record["unet"]["error"]
    assert record["unet"]["parameters"] == model_stats(STAGES["unet"]).parameters
    assert record["cnn-5x5"]["miou"] == predictor.metadata["cnn-5x5"]["test"]["miou"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_any_checkpoint_the_tab_still_stands(tmp_path, language):
    known = stage_summaries(Predictor(tmp_path))
    assert len(values(ladder.chart(known, language))) == len(NETWORKS)
    assert values(classes.chart(known, language)) == []
    assert curves.chart(known, "epochs", language) is None
    assert cost.chart([], "parameters", language) is None
    for said in (ladder.says(known, language), curves.says(known, language)):
        assert said == text("results.nothing", language)


def test_a_network_that_was_not_yet_scored(two):
    path = checkpoints.metadata_path(two, NETWORKS["cnn-1x1"])
    card = json.loads(path.read_text())
    del card["test"]
    path.write_text(json.dumps(card))
    known = stage_summaries(Predictor(two))
    assert [result.stage.key for result in scored(known)] == ["cnn-5x5"]
    row = tables.ladder(known, {}, "en").split("<tr>")[3]
    assert text("results.gap.unmeasured", "en") in row
    assert known[1].history  # its curve is known all the same


def test_k_means_is_shown_at_its_best_and_competes_with_nobody(two):
    """The card as `python -m train kmeans` writes it; scored far above the networks."""
    predictor = Predictor(two)
    test = predictor.metadata["cnn-1x1"]["test"] | {"miou": 0.99, "miou_interval": [0.98, 0.995]}
    card = {"stage": "kmeans", "settings": {}, "best_case": test}
    checkpoints.metadata_path(two, STAGES["kmeans"]).write_text(json.dumps(card))
    known = stage_summaries(predictor)
    row = values(ladder.chart(known, "en"))[0]
    assert (row["key"], row["miou"], row["ideal"]) == ("kmeans", 0.99, True)
    said = ladder.says(known, "en")
    assert said.startswith(text("stages.cnn-5x5.title", "en"))
    assert text("stages.kmeans.title", "en") in said
    assert "best case" in tables.ladder(known, {}, "en")
    assert [result.stage.key for result, _ in cost.costs(known, "parameters", {})] == [
        "cnn-1x1",
        "cnn-5x5",
    ]
    assert Measured(known, Timings(predictor)).ladder()["kmeans"]["best_case"]["miou"] == 0.99
    checkpoints.metadata_path(two, STAGES["kmeans"]).write_text("{")
    assert "kmeans.json" in str(stage_summaries(predictor)[0].problem)


# ---- The sentences ----


def test_the_ladder_s_sentence_follows_from_the_numbers():
    known = [invent("cnn-1x1", 0.3), invent("cnn-5x5", 0.6), invent("fcn-reshape", 0.5)]
    said = ladder.says(known, "en")
    names = {key: text(f"stages.{key}.title", "en") for key in STAGES}
    assert said == (
        f"{names['cnn-5x5']} scores highest: 0.600 (95 % interval 0.590 to 0.610). "
        f"The largest step up is the one from {names['cnn-1x1']} to {names['cnn-5x5']}: 0.30 more. "
        f"Lower than the stage just before: {names['fcn-reshape']}."
    )
    rising = [invent("cnn-1x1", 0.3), invent("cnn-5x5", 0.6)]
    assert "Lower" not in ladder.says(rising, "en")
    assert "step" not in ladder.says(rising[:1], "en")


def test_the_frontier_of_what_is_worth_its_price():
    """By hand: b is dearer and worse than a; d costs what c costs, and less."""
    scores = {"a": (10, 0.4), "b": (20, 0.3), "c": (30, 0.7), "d": (30, 0.6), "e": (90, 0.7)}
    known = {name: invent("unet", miou) for name, (_, miou) in scores.items()}
    dearest_first = [(known[name], x) for name, (x, _) in reversed(scores.items())]
    assert cost.frontier(dearest_first) == [known["a"], known["c"]]


def test_what_the_cost_chart_says():
    cheap, best, dear = invent("cnn-5x5", 0.4), invent("unet", 0.7), invent("fcn-reshape", 0.5)
    names = [text(f"stages.{key}.title", "en") for key in ("cnn-5x5", "unet", "fcn-reshape")]
    said = cost.says([(cheap, 2e3), (best, 4e6), (dear, 9e6)], "parameters", "en")
    assert said == (
        f"Furthest right is {names[2]} (9.0\xa0M), yet {names[1]} scores 0.20 more at 4.0\xa0M. "
        f"Worth their price, because none further left is as high: {names[0]}, {names[1]}."
    )
    said = cost.says([(cheap, 3.25), (best, 41.2)], cost.MILLISECONDS, "en")
    assert said.startswith(f"None is higher than {names[1]}, and none further right (41).")


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
    said = classes.says(known, "en")
    assert "2 of 3 stages: border" in said
    assert "IoU of 0.50" in said
    assert said.endswith(f"(IoU below 0.01): {text('stages.cnn-1x1.title', 'en')}.")
    said = curves.says(known, "en")
    assert "0.660, after 2 epochs, 3 minutes" in said


def test_curves_as_a_table_of_epochs():
    known = [
        invent("cnn-1x1", 0.3, history=(Epoch(1, 0.25, 60.0),)),
        invent("unet", 0.6, history=(Epoch(1, 0.5, 60.0), Epoch(2, 0.75, 150.0))),
    ]
    rows = tables.curves(known, "en").split("<tr>")[2:]
    assert [row.count("<td>") for row in rows] == [2, 2, 2, 2]
    assert "<td>0.250</td><td>0.500</td>" in rows[0]
    assert "<td>&ndash;</td><td>0.750</td>" in rows[1]
    assert "<td>0.250</td><td>0.750</td>" in rows[2]
    assert "<td>1.0</td><td>2.5</td>" in rows[3]
    long = invent("unet", 0.6, history=tuple(Epoch(e, e / 1000, 1.0) for e in range(1, 281)))
    rows = tables.curves([long], "en").split("<tr>")[2:]
    shown = [row[row.index("<td>") + 4 :][:5] for row in rows[:-1]]
    assert shown == [
        "0.001",
        "0.002",
        "0.005",
        "0.010",
        "0.020",
        "0.050",
        "0.100",
        "0.200",
        "0.280",
    ]


# ---- Names beside points ----


def boxes(points, names):
    return [
        labels.covered(point, name, side)
        for point, name, side in zip(points, names, labels.place(points, names))
    ]


def test_names_of_close_points_do_not_cover_each_other():
    points = [(0.5, 0.5), (0.53, 0.52), (0.98, 0.5), (0.02, 0.9)]
    names = ["enc-dec", "reshape", "U-Net", "upsampling"]
    placed = boxes(points, names)
    for index, box in enumerate(placed):
        others = [*placed[:index], *map(labels.around, points)]
        assert labels.common(box, others) == 0
        assert labels.common(box, [labels.CHART]) == pytest.approx(labels.common(box, [box]))


def test_what_boxes_have_in_common():
    box = (0, 0, 4, 3)
    assert labels.common(box, [(3, 1, 9, 9)]) == 1 * 2
    assert labels.common(box, [(4, 0, 5, 3), (-2, -2, -1, -1)]) == 0  # beside it, apart from it
    assert labels.common(box, [(1, 1, 2, 2), (0, 0, 4, 1), (0, 0, 4, 1)]) == 1 + 4 + 4


def test_a_name_keeps_off_a_line():
    line = labels.along([(0.5, 0.5), (0.9, 0.5)])
    side = labels.place([(0.5, 0.5)], ["U-Net"], line)[0]
    assert side != labels.SIDES[0]  # which is to the right, on the line


# ---- This machine ----


def test_measuring_fills_the_table_stage_by_stage(two):
    predictor = Predictor(two)
    measured = Measured(stage_summaries(predictor), Timings(predictor))
    steps = list(measured.measure_if_wanted(cost.MILLISECONDS, "en"))
    assert len(steps) == 3
    assert measured.timings.milliseconds.keys() == {"cnn-1x1", "cnn-5x5"}
    assert min(measured.timings.milliseconds.values()) > 0
    chart = values(steps[-1][2])
    assert {row["key"]: row["cost"] for row in chart} == measured.timings.milliseconds
    before = dict(measured.timings.milliseconds)
    assert len(list(measured.measure_if_wanted(cost.MILLISECONDS, "en"))) == 1
    assert measured.timings.milliseconds == before  # once is enough
    assert len(list(measured.measure(cost.MILLISECONDS, "en"))) == 3  # unless asked to


def test_milliseconds_are_not_there_before_they_are_measured(known):
    assert cost.costs(known, cost.MILLISECONDS, {}) == []
    assert cost.says([], cost.MILLISECONDS, "en") == text("results.cost.none", "en")


# ---- Best and worst photos ----


def test_extremes_are_the_pictures_with_the_highest_and_lowest_miou():
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 3, (20, 16, 16))
    noise = rng.random((20, 16, 16)) < rng.permutation(20)[:, None, None] / 25
    given = np.where(noise, rng.integers(0, 3, truth.shape), truth)
    matrices = np.stack([confusion_matrix(a, b) for a, b in zip(given, truth)])
    names = [f"photo_{index}" for index in range(20)]
    mious = {name: score(matrix).miou for name, matrix in zip(names, matrices)}
    ranked = sorted(mious, key=mious.get)
    found = extremes(matrices, names)
    assert found["worst"] == [{"name": n, "miou": mious[n]} for n in ranked[:EXTREMES]]
    assert found["best"] == [{"name": n, "miou": mious[n]} for n in ranked[::-1][:EXTREMES]]


@pytest.fixture
def drawn(tmp_path):
    return TestSplit(write_dataset(tmp_path / "data", trainval=2, test=4))


def test_the_photos_of_a_stage_with_truth_and_answer(predictor, drawn):
    scores = [PhotoScore("Very_Round_2", 0.1), PhotoScore("Round_3", 0.9)]
    result = invent("cnn-1x1", 0.5)
    result = replace(
        result, scores=replace(result.scores, worst=tuple(scores), best=tuple(scores[::-1]))
    )
    part = Extremes(predictor, drawn, {"cnn-1x1": result, "unet": invent("unet", 0.7)})
    steps = list(part.show("cnn-1x1", "en"))
    assert [step.count("<figure") for step in steps] == [1, 2, 3, 4]
    assert steps[-1].index("Very_Round_2") < steps[-1].index("Round_3</figcaption>")
    assert steps[-1].count('class="mask"') == 8
    assert "mIoU 0.10" in steps[0]
    (said,) = part.show("unet", "en")
    assert "does not say which photos" in said


def test_a_photo_that_is_not_in_this_copy_is_named(predictor, drawn):
    with pytest.raises(PetDataError, match="Round_99"):
        drawn.find("Round_99")
    result = invent("cnn-1x1", 0.5)
    result = replace(result, scores=replace(result.scores, worst=(PhotoScore("Round_99", 0.1),)))
    said = next(Extremes(predictor, drawn, {"cnn-1x1": result}).show("cnn-1x1", "en"))
    assert "alert" in said
    assert "Round_99" in said


# ---- The tab ----


def build_ids(predictor, tests) -> set[str]:
    with gr.Blocks() as blocks, gr.Tab() as opened:
        language = gr.Radio(list(LANGUAGES), value="en")
        tab.build(Translations(), predictor, tests, None, language, opened)
    return {component["props"].get("elem_id") for component in blocks.config["components"]}


def test_what_is_not_at_hand_is_not_shown(two, drawn):
    predictor = Predictor(two)
    bare = build_ids(predictor, None)
    assert {"results-ladder", "results-cost-chart", "results-curves-chart"} <= bare
    assert not bare & {"film", "results-photos"}
    assert "results-photos" in build_ids(predictor, drawn)
