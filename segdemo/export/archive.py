"""All label maps of one photo in a ZIP, its other domains, and a JSON of their numbers."""

import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from segdemo.analysis.conversion import Picture
from segdemo.data.domains import to_image
from segdemo.data.palette import label_image, png
from segdemo.inference.kmeans import KMeansSettings
from segdemo.inference.segmentation import SegmentationResult
from segdemo.models.registry import ALL_STAGES

EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment a ZIP knows: no archive tells when it was made


@dataclass(frozen=True)
class Setting:
    """What all stages were given: the photo's (width, height), and what k-means was told."""

    size: tuple[int, int]
    kmeans: KMeansSettings


def pack(
    setting: Setting,
    answers: Iterable[tuple[str, SegmentationResult | str]],
    cards: dict[str, dict],
    readme: str,
    conversions: Mapping[str, Sequence[Picture] | str],
) -> bytes:
    """A ZIP file: `<key>.png` for every stage that answered, `numbers.json`, `README.txt`.

    And `other-domains/<task>/<picture>.png` for each of a task's pictures but the original.

    answers: (stage key, its answer or the sentence why there is none), in the order wanted;
    they are asked for one at a time, so that of a large photo one label map alone is in memory.
    cards: the checkpoints' descriptions by stage key. conversions: by task its pictures, or the
    sentence why there are none.
    """
    packed, stages = io.BytesIO(), {}
    with zipfile.ZipFile(packed, "w") as archive:
        for key, result in answers:
            if isinstance(result, str):
                stages[key] = {"error": result}
                continue
            _add(archive, f"{key}.png", png(label_image(result.labels, result.palette)))
            stages[key] = _record(key, result, cards.get(key, {}))
        width, height = setting.size
        numbers = {
            "photo": {"width": width, "height": height},
            "kmeans_settings": asdict(setting.kmeans),
            "stages": stages,
            "other_domains": {
                task: _add_pictures(archive, task, found) for task, found in conversions.items()
            },
        }
        _add(archive, "numbers.json", json.dumps(numbers, indent=2).encode())
        _add(archive, "README.txt", readme.encode())
    return packed.getvalue()


def numbers(key: str, result: SegmentationResult) -> dict:
    """`milliseconds`, and `shares` of the pixels by label in 0..1."""
    labels = ALL_STAGES[key].label_names(len(result.palette))
    return {
        "milliseconds": round(result.milliseconds, 1),
        "shares": {name: round(share, 6) for name, share in zip(labels, result.fractions)},
    }


def _record(key: str, result: SegmentationResult, card: dict) -> dict:
    """All that is known of one stage's label map; null where k-means has no such thing."""
    labels = ALL_STAGES[key].label_names(len(result.palette))
    return {
        "file": f"{key}.png",
        **numbers(key, result),
        "labels": dict(enumerate(labels)),
        "colours": {
            name: f"#{bytes(colour).hex()}" for name, colour in zip(labels, result.palette)
        },
        "test_miou": card["test"]["miou"] if "test" in card else None,
        "checkpoint_sha256": card.get("sha256"),
    }


def _add_pictures(archive: zipfile.ZipFile, task: str, found: Sequence[Picture] | str) -> dict:
    """What `numbers.json` says of a task whose pictures are now in the archive."""
    if isinstance(found, str):
        return {"error": found}
    scored = [picture for picture in found if picture.psnr is not None]
    for picture in scored:
        _add(archive, f"other-domains/{task}/{picture.name}.png", png(to_image(picture.pixels)))
    return {picture.name: {"psnr": picture.psnr, "ssim": picture.ssim} for picture in scored}


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, EPOCH), data, zipfile.ZIP_DEFLATED)
