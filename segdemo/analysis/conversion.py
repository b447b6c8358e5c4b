"""One photo in other domains: what goes in, what does without learning, what networks make of it.

Everything is 128x128; colours are answered at 64x64 and enlarged, the lightness stays as it was.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from segdemo.data import domains
from segdemo.data.preprocessing import normalise, resize_photo, to_pixels
from segdemo.errors import InputError
from segdemo.inference import Predictor
from segdemo.metrics import psnr, ssim
from segdemo.parsing import number_between

SMALLEST = 32  # pixels: what super-resolution starts from
GREYEST = 2.0  # of a and b, on average: below it a photo had no colour to begin with
PAIR = ("encoder-decoder", "unet")
INPUT, ORIGINAL = "input", "original"
Filter = Callable[[Tensor, float], Tensor]
MEDIAN_WINDOW = 3  # pixels
PATCH, SEARCH = 5, 6  # of non-local means: pixels of a patch, and how far away others are sought
FILTERING = 0.6  # its strength, in standard deviations of the noise: the best on training photos


@dataclass(frozen=True)
class Strength:
    """A number that a task is asked with, from low to high."""

    low: float
    high: float
    default: float
    step: float


@dataclass(frozen=True)
class Picture:
    """One of a row, (3, 128, 128) uint8, and how near it comes to the original."""

    name: str  # "input", a filter's, a network's, "original"
    pixels: Tensor
    psnr: float | None = None  # dB; None for the original
    ssim: float | None = None


@dataclass(frozen=True)
class Task:
    """What goes in, what does without learning, and how a network's output becomes a picture.

    Pictures are (1, 3, 128, 128) uint8; the last argument of each function is the strength, of
    the filters' and the picture's the first is what goes in.
    """

    degrade: Callable[[Tensor, float], Tensor]
    filters: Mapping[str, Filter]
    networks: tuple[str, ...]  # keys of CONVERTERS
    picture: Callable[[Tensor, Tensor, float], Tensor]
    read: Callable[[Tensor], Tensor] = lambda given: given  # what the networks see of what goes in
    strength: Strength | None = None


def convert(
    predictor: Predictor, photo: Image.Image, name: str, strength: object = None
) -> list[Picture]:
    """The row of one task: what goes in, each filter, each network, the original.

    strength: the noise's sigma in grey levels, or the temperature of the colours' softmax; None for
    the default. Raises InputError for an unknown task, a strength out of range, a photo without
    colour where colour is asked; CheckpointError.
    """
    if name not in TASKS:
        raise InputError("domains.unknown-task", task=str(name)[:40], known=", ".join(TASKS))
    task, value = TASKS[name], checked_strength(name, strength)
    original = to_pixels(resize_photo(photo))[None]
    given = task.degrade(original, value)
    pictures = {INPUT: given}
    pictures |= {key: filter_(given, value) for key, filter_ in task.filters.items()}
    inputs = normalise(task.read(given))
    for key in task.networks:
        outputs = predictor.convert(key, inputs)
        pictures[key.removeprefix(f"{name}-")] = task.picture(outputs, given, value)
    scored = [
        Picture(key, pixels[0], psnr(pixels, original).item(), ssim(pixels, original).item())
        for key, pixels in pictures.items()
    ]
    return [*scored, Picture(ORIGINAL, original[0])]


def refuse_small(size: tuple[int, int]) -> None:
    """InputError for a photo, (width, height), of less than super-resolution starts from."""
    width, height = size
    if min(size) < SMALLEST:
        raise InputError("domains.too-small", width=width, height=height, least=SMALLEST)


def checked_strength(name: str, strength: object) -> float:
    """The strength as a number, 0 for a task without; InputError if it is out of range."""
    known = TASKS[name].strength
    if known is None:
        return 0.0
    value = known.default if strength is None else number_between(strength, known.low, known.high)
    if value is None:
        shown = str(strength)[:40]
        raise InputError("domains.strength", value=shown, low=known.low, high=known.high)
    return value


def add_noise(original: Tensor, sigma: float) -> Tensor:
    """The same noise whenever it is asked for, so that two pictures differ by what was done."""
    noise = torch.randn(original.shape, generator=torch.Generator().manual_seed(0))
    return domains.add_noise(original, noise, sigma)


def median(noisy: Tensor, sigma: float) -> Tensor:
    """The middle value of 3x3 pixels, channel by channel."""
    from skimage.filters.rank import median as ranked

    window = torch.ones(MEDIAN_WINDOW, MEDIAN_WINDOW, dtype=torch.uint8).numpy()
    return torch.stack([torch.from_numpy(ranked(one.numpy(), window)) for one in noisy[0]])[None]


def non_local_means(noisy: Tensor, sigma: float) -> Tensor:
    """The mean of pixels whose surroundings look alike. Source: Buades, Coll, Morel, 2005."""
    from skimage.restoration import denoise_nl_means

    scaled = noisy[0].movedim(0, -1).double().numpy() / 255
    found = denoise_nl_means(
        scaled,
        patch_size=PATCH,
        patch_distance=SEARCH,
        h=FILTERING * sigma / 255,
        sigma=sigma / 255,
        channel_axis=-1,
    )
    return domains.to_uint8(255 * torch.from_numpy(found).movedim(-1, 0))[None]


def pixelate(original: Tensor, _: float) -> Tensor:
    """A quarter of the height and width, each pixel shown as 4x4."""
    return domains.enlarge(domains.shrink(original), "nearest")


def enlarge(pixelated: Tensor, mode: str) -> Tensor:
    """What `pixelate` left, enlarged in another way."""
    return domains.enlarge(pixelated[..., :: domains.FACTOR, :: domains.FACTOR], mode)


def _enlarge_filter(mode: str, pixelated: Tensor, _: float) -> Tensor:
    return enlarge(pixelated, mode)


def _denormalise(outputs: Tensor, given: Tensor, _: float) -> Tensor:
    return domains.denormalise(outputs)


def _grey(original: Tensor, _: float) -> Tensor:
    """Raises InputError for a photo without colour."""
    if domains.ab_of(original).abs().mean() * domains.AB_SCALE < GREYEST:
        raise InputError("domains.no-colour")
    return domains.to_grey(original)


def _halve(grey: Tensor) -> Tensor:
    return F.avg_pool2d(grey.float(), 2)


def _colour(outputs: Tensor, grey: Tensor, temperature: float) -> Tensor:
    """From the regression's a and b, or from the classification's logits."""
    is_regression = outputs.shape[1] == 2
    ab = outputs if is_regression else domains.mix_bins(outputs, temperature)
    return domains.colour_in(grey, ab)


TASKS = {
    "denoise": Task(
        add_noise,
        {"median": median, "non-local-means": non_local_means},
        tuple(f"denoise-{name}" for name in PAIR),
        _denormalise,
        strength=Strength(10, 50, 25, 5),
    ),
    "super-resolve": Task(
        pixelate,
        {mode: partial(_enlarge_filter, mode) for mode in ("bilinear", "bicubic")},
        ("super-resolve-encoder-decoder", "super-resolve-unet", "super-resolve-unet-nearest"),
        _denormalise,
        read=partial(enlarge, mode="bicubic"),
    ),
    "colourise": Task(
        _grey,
        {},
        tuple(f"colourise-{kind}-{name}" for kind in ("bins", "l1") for name in PAIR),
        _colour,
        read=_halve,
        strength=Strength(0.05, 1, 0.4, 0.05),
    ),
}
