"""What others reached on Oxford-IIIT Pet, counted in three ways, as they published it by 2026.

Sizes, splits and training differ: the figures tell what is usual, not who is better. What is
named without a place is on GitHub.
"""

from dataclasses import dataclass

MEASURES = ("miou", "foreground_iou", "pet_dice")  # as in `Scores`


@dataclass(frozen=True)
class PublishedScore:
    """One published figure, `score` in 0..1.

    `split`, what it was measured on: "test" (the official one), "validation" (an own one) or
    "course" (a course's leader board).
    """

    measure: str
    source: str
    network: str
    pretrained: bool
    split: str
    score: float


PUBLISHED = (
    PublishedScore("miou", "fns12 (techvasolutions.com)", "U-Net, 128x128", False, "test", 0.680),
    PublishedScore("miou", "Kaizen0AI/unet-pet-segmentation", "U-Net, 96x96", False, "test", 0.739),
    PublishedScore(
        "miou", "H0rvex/unet-pet-segmentation", "U-Net, 256x256", False, "validation", 0.748
    ),
    PublishedScore(
        "miou", "H0rvex/unet-pet-segmentation", "FCN-ResNet50, 256x256", True, "validation", 0.816
    ),
    PublishedScore(
        "foreground_iou",
        "grayphd/oxford-pet-segmentation-scratch (Hugging Face)",
        "FPN-ResNet34",
        False,
        "test",
        0.706,
    ),
    PublishedScore(
        "foreground_iou", "qubvel-hf (Hugging Face)", "FPN-ResNet34", True, "test", 0.9125
    ),
    PublishedScore(
        "foreground_iou", "HumaFarooq (Hugging Face)", "FPN-ResNet34", True, "test", 0.9156
    ),
    PublishedScore("pet_dice", "franklinli9864", "attention U-Net", False, "course", 0.9131),
)
