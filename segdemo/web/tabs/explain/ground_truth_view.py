"""Section *Truth* as HTML: mistakes, and who is right where two stages differ, over the photo."""

from collections.abc import Sequence
from html import escape

import numpy as np

from segdemo.analysis.error_map import (
    AGREEMENT,
    KINDS,
    SAME,
    UNCOUNTED,
    Evaluation,
    disagreement,
    evaluate,
)
from segdemo.data.palette import CLASS_PALETTE, label_image
from segdemo.locales import text
from segdemo.models.checkpoints import CheckpointError
from segdemo.models.registry import STAGES
from segdemo.web.components.figure import figure, figures, in_words, mask, picture
from segdemo.web.components.html import alert
from segdemo.web.components.stage_names import title
from segdemo.web.formatting import precise
from segdemo.web.tabs.explain.ground_truth_tables import confusion_table, ladder

# RGBA: Okabe and Ito's colours that stand for no class; through what is right or the same the
# photo shows, and what is not counted is darkened.
OPAQUE = 230
KIND_COLOURS = np.array(
    [
        (255, 255, 255, 0),
        (86, 180, 233, OPAQUE),
        (230, 159, 0, OPAQUE),
        (204, 121, 167, OPAQUE),
        (0, 0, 0, 140),
    ],
    np.uint8,
)
SIDE_COLOURS = np.array(
    [
        (255, 255, 255, 0),
        (0, 158, 115, OPAQUE),
        (230, 159, 0, OPAQUE),
        (0, 0, 0, OPAQUE),
        (86, 180, 233, OPAQUE),
    ],
    np.uint8,
)
TRUTH_COLOURS = np.array([*((*colour, 255) for colour in CLASS_PALETTE), (0, 0, 0, 0)], np.uint8)


def findings(
    keys: tuple[str, str],
    answers: dict[str, np.ndarray | CheckpointError],
    truth: np.ndarray | None,
    language: str,
) -> str:
    """Everything the section says of two stages, and of all of them where there is a truth.

    `answers` holds labels (H, W) by stage key, or why there are none; truth is of their shape.
    """
    first, second = keys
    problems = [answers[key] for key in keys if isinstance(answers[key], CheckpointError)]
    parts = [f"<p>{alert(str(problem))}</p>" for problem in dict.fromkeys(problems)]
    if truth is None:
        if not problems:
            parts.append(_apart(keys, answers, None, language))
        return "".join(parts)
    verdicts = {
        key: found if isinstance(found, CheckpointError) else evaluate(found, truth)
        for key, found in answers.items()
    }
    if isinstance(verdicts[first], Evaluation):
        parts.append(_wrong(first, answers[first], truth, verdicts[first], language))
    if not problems:
        parts.append(_apart(keys, answers, truth, language))
    return "".join(parts) + ladder(verdicts, first, language)


def _answer(key: str, labels: np.ndarray, language: str, *notes: str) -> str:
    """One stage's labels (H, W) over the photo, with notes below."""
    name = title(key, language)
    described = f"{name}: {in_words(labels, language)}"
    return figure(picture(mask(label_image(labels)), described), name, *notes)


def _wrong(
    key: str, labels: np.ndarray, truth: np.ndarray, verdict: Evaluation, language: str
) -> str:
    """Truth, answer and mistakes side by side, and the confusion matrix below."""
    said = text("insight-truth.truth", language)
    score = text(
        "insight-truth.score",
        language,
        miou=f"{verdict.score.miou:.2f}",
        percent=precise(verdict.score.pixel_accuracy),
    )
    counts = np.bincount(verdict.kinds.ravel(), minlength=len(KINDS))
    names = [text(f"insight-truth.kind.{kind}", language) for kind in KINDS[:UNCOUNTED]]
    legend = _legend(names, KIND_COLOURS, counts[:UNCOUNTED])
    notes = [text("insight-truth.uncounted", language)] if counts[UNCOUNTED] else []
    heading = text("insight-truth.wrong", language, stage=title(key, language))
    pictures = figures(
        figure(picture(_layer(truth, TRUTH_COLOURS), f"{said}: {in_words(truth, language)}"), said),
        _answer(key, labels, language, score, *_named(key, truth, language)),
        _map(text("insight-truth.mistakes", language), verdict.kinds, KIND_COLOURS, legend, *notes),
    )
    kinds = escape(text("insight-truth.kinds", language))
    return f"<h3>{escape(heading)}</h3><p>{kinds}</p>{pictures}{confusion_table(verdict, language)}"


def _apart(
    keys: tuple[str, str],
    answers: dict[str, np.ndarray],
    truth: np.ndarray | None,
    language: str,
) -> str:
    """Where two stages differ and, with a truth, who is right there."""
    sides = disagreement(*(answers[key] for key in keys), truth)
    counts = np.bincount(sides.ravel(), minlength=len(AGREEMENT))
    values = dict(zip(("first", "second"), (title(key, language) for key in keys)))
    names = [text(f"insight-truth.side.{side}", language, **values) for side in AGREEMENT]
    legend = _legend(names, SIDE_COLOURS, counts)
    differ = precise(1 - counts[SAME] / sides.size)
    heading = text("insight-truth.apart", language, percent=differ, **values)
    caption = text(f"insight-truth.{'where' if truth is None else 'who'}", language)
    beside = [
        _answer(key, answers[key], language, *_named(key, truth, language))
        for key in (keys if truth is None else keys[1:])  # the first stands above already
    ]
    pictures = figures(*beside, _map(caption, sides, SIDE_COLOURS, legend))
    return f"<h3>{escape(heading)}</h3>{pictures}"


def _named(key: str, truth: np.ndarray | None, language: str) -> list[str]:
    """Where the names of a stage's labels come from, if they are not its own."""
    if STAGES[key].network is not None:
        return []
    return [text(f"insight-truth.named.{'stand-in' if truth is None else 'truth'}", language)]


def _map(caption: str, kinds: np.ndarray, colours: np.ndarray, legend: str, *notes: str) -> str:
    """A map (H, W) of kinds over the greyed photo, under it what its colours mean."""
    layer = picture(_layer(kinds, colours), caption, "kinds-map")
    return figure(layer + legend, caption, *notes)


def _layer(labels: np.ndarray, colours: np.ndarray) -> str:
    """Labels (H, W) in RGBA colours (labels, 4) as a layer over the photo."""
    image = label_image(labels, colours[:, :3])
    image.info["transparency"] = colours[:, 3].tobytes()
    return mask(image)


def _legend(names: Sequence[str], colours: np.ndarray, counts: np.ndarray) -> str:
    """A row a kind that occurs: colour, name, share of all the counts, pixels."""
    rows = "".join(
        f'<tr><th scope="row"><i style="--kind:rgb({r} {g} {b} / {alpha / 255:.2f})"></i>'
        f"{escape(name)}</th><td>{precise(count / counts.sum())} %</td><td>{count:,} px</td></tr>"
        for name, (r, g, b, alpha), count in zip(names, colours.tolist(), counts.tolist())
        if count
    )
    return f'<table class="kinds"><tbody>{rows}</tbody></table>'
