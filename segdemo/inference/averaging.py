"""The U-Net asked twice: the mean of its probabilities for a photo and for its mirror image.

It was trained on both alike, so where its two predictions differ, neither is better, and errors
that they do not share weigh half. The field calls it test-time augmentation, and reports it apart
from a network's plain score. A pass at 192 pixels was tried too: `python -m train averaging`.
"""

from torch import Tensor

from segdemo.inference.predictor import Prediction, Predictor

STAGE = "unet"
PASSES = 2  # times the work of one prediction


def predict_averaged(predictor: Predictor, inputs: Tensor) -> Prediction:
    """The answer to (1, 3, 128, 128) inputs: logits whose softmax is the mean of both.

    Raises the U-Net's CheckpointError.
    """
    plain = predictor.predict_inputs(STAGE, inputs)
    mirrored = predictor.predict_inputs(STAGE, inputs.flip(-1))
    probabilities = (plain.logits.softmax(0) + mirrored.logits.flip(-1).softmax(0)) / PASSES
    return Prediction(probabilities.log(), plain.milliseconds + mirrored.milliseconds)
