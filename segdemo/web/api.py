"""Endpoints without components, for scripts: plain functions of JSON."""

from typing import Any

import gradio as gr
import numpy as np

from segdemo.lecture.loss.cross_entropy import (
    one_hot,
    parse_image_labels,
    parse_image_scores,
    parse_label,
    parse_scores,
    pixel_losses,
    pixel_losses_of_probabilities,
    renormalise,
    softmax,
    total_loss,
)
from segdemo.lecture.matrices import parse_matrix
from segdemo.lecture.upsampling.inspection import inspect as inspect_cell
from segdemo.lecture.upsampling.inspection import written_sum
from segdemo.lecture.upsampling.interpolation import output_size, parse_size
from segdemo.lecture.upsampling.interpolation import upsample as upsample_matrix
from segdemo.parsing import to_bool
from segdemo.web.errors import as_gradio_errors

OUTPUT_SIZE = [4, 4]  # rows and columns, where a script names none


@as_gradio_errors
def upsample(
    matrix: list[list[float]],
    mode: str = "bilinear",
    factor: float | list[int] = 2,
    align_corners: bool = False,
) -> list[list[float]]:
    """Enlarge a matrix of at most 6x6 numbers.

    mode: nearest, bilinear, bicubic or transposed. factor: 1.5 to 8; or in its place the output's
    size, [rows, columns], each 1 to 48. align_corners matters to bilinear and bicubic. The result
    is what torch.nn.functional.interpolate gives, that of transposed what a ConvTranspose2d gives
    whose kernel is a tent.
    """
    parsed = parse_matrix(matrix)
    return upsample_matrix(parsed, mode, _size(parsed, factor), align_corners).tolist()


@as_gradio_errors
def inspect(
    matrix: list[list[float]],
    mode: str = "bilinear",
    size: list[int] | float = OUTPUT_SIZE,
    align_corners: bool = False,
    row: int = 0,
    column: int = 0,
) -> dict:
    """Where one output cell of an enlarged matrix comes from.

    size: rows and columns of the output, each 1 to 48; or in their place a factor, 1.5 to 8.
    Every row and column, asked or answered, counts from 0. Returns the cell's value; its
    centre, [row, column] in input cells, [0, 0] the first one's centre; the input cells it
    takes something from, with their weights; and the sum over them, written out.
    """
    parsed = parse_matrix(matrix)
    found = inspect_cell(parsed, mode, _size(parsed, size), align_corners, row, column)
    return {
        "value": found.value,
        "centre": list(found.centre),
        "sources": [
            {"row": s.row, "column": s.column, "value": s.value, "weight": s.weight}
            for s in found.sources
        ],
        "sum": written_sum(found),
    }


def _size(matrix: np.ndarray, size: object) -> tuple[int, int]:
    """The output's (rows, columns) from just these, or from a factor. Raises InputError."""
    if isinstance(size, list | tuple):
        return parse_size(size)
    return output_size(matrix.shape, size)


@as_gradio_errors
def cross_entropy(
    scores: list[Any], label: int | list[list[int]], probabilities: bool = False
) -> dict[str, Any]:
    """The cross-entropy of one prediction, or of a 2x2 image, as torch.nn.functional has it.

    scores: three logits, one a class, or three layers of 2 rows of 2; label: the true class,
    0 to 2, or 2 rows of 2 of them. With probabilities=True the scores are probabilities,
    which are divided by their sum. Returns "probabilities" and "one_hot", both with the
    classes first, and "loss", for an image the mean of its "losses"; null stands for infinity.
    """
    probabilities = to_bool("probabilities", probabilities)
    if isinstance(label, list):
        parsed, labels = parse_image_scores(scores), parse_image_labels(label)
    else:
        parsed, labels = parse_scores(scores), parse_label(label)
    shares = renormalise(parsed) if probabilities else softmax(parsed)
    cost = pixel_losses_of_probabilities if probabilities else pixel_losses
    losses = cost(shares if probabilities else parsed, labels)
    answer = {
        "probabilities": shares.tolist(),
        "one_hot": one_hot(labels).tolist(),
        "loss": total_loss(losses, labels),
    }
    return answer | {"losses": losses.tolist()} if isinstance(label, list) else answer


def build() -> None:
    """Add the endpoints to the Blocks being built."""
    gr.api(upsample, api_name="upsample", queue=False)
    gr.api(cross_entropy, api_name="cross_entropy", queue=False)
    gr.api(inspect, api_name="inspect", queue=False)
