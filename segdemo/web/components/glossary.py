"""The words of the field, each in one sentence."""

from segdemo.locales import Translator
from segdemo.web.templates import render

WORDS = (
    "ground-truth",
    "prediction",
    "mask",
    "trimap",
    "iou",
    "miou",
    "pixel-accuracy",
    "logit",
    "softmax",
    "one-hot",
    "cross-entropy",
    "argmax",
    "receptive-field",
    "kernel",
    "feature-map",
    "channel",
    "encoder",
    "decoder",
    "bottleneck",
    "upsampling",
    "skip-connection",
    "parameter",
    "multiply-add",
    "epoch",
    "training-set",
    "validation-set",
    "test-set",
)


def box(t: Translator) -> str:
    """A box to unfold with all words; single ones: the macro `term` of macros.html."""
    return render("components/glossary.html", t, words=WORDS)
