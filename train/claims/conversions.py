"""Claims on the other domains and on FCN, read off what their measurements wrote."""

from segdemo.evaluation.conversion_scores import read_scores
from segdemo.evaluation.scores import Estimate
from segdemo.models import checkpoints
from segdemo.models.fcn import STRIDES
from segdemo.models.registry import FCN_STAGE
from train.claims.claim import CARDS, SPLIT, Evidence, Figure, claim


def _gain(evidence: Evidence, task: str, over: str) -> Estimate:
    """How many dB the U-Net is above another picture of the row."""
    return read_scores(evidence.folder)[task].gains[over]


@claim(
    "With skips noise is removed better than without",
    "lesson.plan.domains.expected",
    on=SPLIT,
)
def skips_denoise(evidence: Evidence) -> Figure:
    """PSNR of the U-Net less the encoder-decoder's at sigma 25."""
    gain = _gain(evidence, "denoise", "encoder-decoder")
    return Figure(gain.value, gain.interval[0] > 0, "dB", gain.interval)


@claim(
    "Without skips the picture is further from the original than the noisy photo itself",
    "lesson.plan.domains.expected",
    on=SPLIT,
)
def blurred_without_skips(evidence: Evidence) -> Figure:
    """PSNR of the noisy photo less the encoder-decoder's at sigma 25."""
    over_input, over_decoder = (
        _gain(evidence, "denoise", name) for name in ("input", "encoder-decoder")
    )
    difference = over_decoder.value - over_input.value
    return Figure(difference, difference > 0, "dB")


@claim(
    "Each added score map brings FCN nearer to the outline",
    "insight.score-maps.claim",
    "stages.fcn.fixes",
    on=CARDS,
)
def each_map_helps(evidence: Evidence) -> Figure:
    """mIoU with all four maps; it rises with each."""
    strides = checkpoints.read_metadata(evidence.folder, FCN_STAGE)["strides"]
    rising = [strides[str(stride)]["miou"] for stride in STRIDES]
    interval = tuple(strides[str(STRIDES[-1])]["miou_interval"])
    return Figure(rising[-1], rising == sorted(rising), "mIoU", interval)
