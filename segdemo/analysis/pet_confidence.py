"""Whether a photo is probably one without a pet, told from how sure the U-Net is of its pet.

The threshold was set on the validation set and is kept in the U-Net's JSON, with how often the note
appears on test photos and on pictures without a pet (`python -m train pet-confidence`).
"""

from dataclasses import dataclass

from torch import Tensor

from segdemo.data.preprocessing import to_labels

STAGE = "unet"  # whose prediction is looked at


@dataclass(frozen=True)
class NoteCount:
    """On how many pictures the note appears; `interval` is the fraction's, 95 %, exact binomial."""

    noted: int
    pictures: int
    interval: tuple[float, float]  # 0..1


@dataclass(frozen=True)
class PetNote:
    """When the note appears, below which confidence, and how often it did where it was tried."""

    threshold: float  # 0..1
    own_size: NoteCount  # test photos of pets at their own size, as people send them
    test: NoteCount  # the whole test split, photos of pets at 128x128
    without_pet: NoteCount

    @classmethod
    def of(cls, metadata: dict) -> "PetNote | None":
        """From the U-Net's description; None where it was not measured."""
        record = metadata.get("pet_note")
        if record is None:
            return None
        counts = {
            name: NoteCount(one["noted"], one["pictures"], tuple(one["interval"]))
            for name, one in record.items()
            if name != "threshold"
        }
        return cls(record["threshold"], **counts)

    def figures(self) -> dict[str, object]:
        """The values of the text `compare.doubt`."""
        low, high = (f"{100 * end:.1f}" for end in self.own_size.interval)
        return {
            "noted": self.own_size.noted,
            "pictures": self.own_size.pictures,
            "low": low,
            "high": high,
            "test_percent": f"{100 * self.test.noted / self.test.pictures:.1f}",
            "found": self.without_pet.noted,
            "without_pet": self.without_pet.pictures,
        }


def pet_confidence(logits: Tensor) -> float:
    """Mean probability of pet, in 0..1, over the pixels labelled pet; 0 where there are none.

    logits: (3, H, W).
    """
    pet = to_labels(logits[None], *logits.shape[-2:])[0] == 0
    return float(logits.softmax(0)[0][pet].mean()) if pet.any() else 0.0
