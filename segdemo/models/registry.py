"""The ladder of the lecture: one ordered registry for page, API, training, evaluation, tests.

The keys are public (API, file names, links) and never change.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from torch import nn

from segdemo.data.classes import CLASSES
from segdemo.data.domains import BINS
from segdemo.data.preprocessing import SIZE
from segdemo.models import FCN, CNNSegmentation, EncoderDecoder, FCNReshape, UpsampleOnly
from segdemo.models.encoders import WIDTHS


class UnknownStageError(KeyError):
    """A stage key that is not in the registry; the message lists those that are."""

    def __str__(self) -> str:
        return self.args[0]


@dataclass(frozen=True, eq=False)
class Stage:
    """One rung of the ladder.

    `network` is the class to construct with `arguments`, None for k-means, which has nothing
    to train. Titles and sentences live in `segdemo/locales`, under the same key.
    """

    key: str
    slide: str
    network: Callable[..., nn.Module] | None = None
    arguments: dict = field(default_factory=dict)
    task: str = "segment"  # what it learns, a key of train.tasks.TASKS
    size: int = SIZE  # pixels: height and width of the pictures that it reads
    encoder_from: str | None = None  # stage whose encoder it has, unchanged

    def build(self) -> nn.Module:
        """The stage's network with fresh random weights."""
        assert self.network, f"{self.key} has no network"
        return self.network(**self.arguments)

    def label_names(self, labels: int) -> list[str]:
        """The names of a network's classes, or "cluster 0", "cluster 1", ... of k-means."""
        return list(CLASSES) if self.network else [f"cluster {i}" for i in range(labels)]


STAGES = {
    stage.key: stage
    for stage in (
        Stage("kmeans", "Traditional method"),
        Stage("cnn-1x1", "Segmentation (1)", CNNSegmentation, {"kernel_size": 1}),
        Stage("cnn-5x5", "Segmentation (2)", CNNSegmentation, {"kernel_size": 5}),
        Stage("cnn-11x11", "Segmentation (3)", CNNSegmentation, {"kernel_size": 11}),
        Stage("fcn-reshape", "Segmentation (4)", FCNReshape),
        Stage("upsample-only", "How to Upsample Feature Maps", UpsampleOnly),
        Stage("encoder-decoder", "Segmentation (5)", EncoderDecoder, {"skips": False}),
        Stage("unet", "Segmentation (6)", EncoderDecoder, {"skips": True}),
    )
}
POSITIONS = {key: position for position, key in enumerate(STAGES, start=1)}  # in the lecture
NETWORKS = {key: stage for key, stage in STAGES.items() if stage.network}

# Further reading: score maps on the encoder that the U-Net has learnt. No rung of the ladder, but
# a card of its own for who asks, where the lecture has it.
FCN_STAGE = Stage("fcn", "Further reading", FCN, task="fcn", encoder_from="unet")
ALL_STAGES: dict[str, Stage] = {}
for _key, _stage in STAGES.items():
    ALL_STAGES[_key] = _stage
    if _key == "upsample-only":
        ALL_STAGES[FCN_STAGE.key] = FCN_STAGE

# The same networks with other outputs, by key; a quarter of the lecture's widths.
QUARTER = {"widths": [width // 4 for width in WIDTHS]}


def _pair(task: str, **arguments: object) -> tuple[Stage, ...]:
    """A task's network without skips and with them."""
    size = 64 if task.startswith("colourise") else SIZE
    return tuple(
        Stage(
            f"{task}-{name}",
            "Image Domain Conversion",
            EncoderDecoder,
            {"skips": skips} | QUARTER | arguments,
            task=task,
            size=size,
        )
        for name, skips in (("encoder-decoder", False), ("unet", True))
    )


CONVERTERS = {
    stage.key: stage
    for stage in (
        *_pair("denoise"),
        *_pair("super-resolve"),
        Stage(  # as ESRGAN enlarges: nearest neighbour, then a convolution
            "super-resolve-unet-nearest",
            "Image Domain Conversion",
            EncoderDecoder,
            {"skips": True, "upsampling": "nearest"} | QUARTER,
            task="super-resolve",
        ),
        *_pair("colourise-l1", channels=2),
        *_pair("colourise-bins", channels=BINS),
    )
}

EXTRAS = {FCN_STAGE.key: FCN_STAGE} | CONVERTERS  # networks that are no stage of the ladder


def get_stage(key: str) -> Stage:
    """The stage named `key`; raises UnknownStageError with the known keys otherwise."""
    if not isinstance(key, str) or key not in ALL_STAGES:
        raise UnknownStageError(f"unknown stage {key!r}; known stages: {', '.join(ALL_STAGES)}")
    return ALL_STAGES[key]
