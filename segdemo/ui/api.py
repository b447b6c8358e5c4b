"""Endpoints without components, for scripts: plain functions of JSON."""

import gradio as gr

from segdemo.interpolation import output_size
from segdemo.interpolation import upsample as upsample_matrix
from segdemo.matrices import parse_matrix
from segdemo.ui.errors import shown_to_visitor


@shown_to_visitor
def upsample(
    matrix: list[list[float]],
    mode: str = "bilinear",
    factor: float = 2,
    align_corners: bool = False,
) -> list[list[float]]:
    """Enlarge a matrix of at most 6x6 numbers.

    mode: nearest, bilinear, bicubic or transposed; factor: 1.5 to 8. align_corners matters to
    bilinear and bicubic. The result is what torch.nn.functional.interpolate gives.
    """
    parsed = parse_matrix(matrix)
    return upsample_matrix(parsed, mode, output_size(parsed.shape, factor), align_corners).tolist()


def build() -> None:
    """Add the endpoints to the Blocks being built."""
    gr.api(upsample, api_name="upsample", queue=False)
