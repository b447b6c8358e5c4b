"""How to upsample feature maps: a trained network's own, for the visitor's photo, as HTML."""

from dataclasses import dataclass
from html import escape

from PIL import Image
from torch import Tensor

from segdemo.data.palette import label_image, photo_jpeg, png
from segdemo.data.preprocessing import SIZE, resize_photo, to_input, to_labels
from segdemo.errors import InputError
from segdemo.inference import Predictor
from segdemo.lecture.upsampling.feature_maps import DecoderStep, decoder_steps, most_active
from segdemo.locales import text
from segdemo.models.checkpoints import CheckpointError
from segdemo.models.encoders import WIDTHS
from segdemo.web.components.html import alert, data_url
from segdemo.web.components.matrix import grey_url
from segdemo.web.photo_view import load_thumbnail

CHANNELS = 6  # shown of each feature map
LEVELS = len(WIDTHS)  # one a Decoder; level 1 is the deepest
WHOLE = ("upsample-only", "encoder-decoder")


def level_choices() -> list[tuple[str, int]]:
    """(what a level is called, level) for every Decoder, the deepest first."""
    sides = [SIZE >> (LEVELS - level) for level in range(LEVELS)]
    return [
        (f"{i}: {side} × {side} → {2 * side} × {2 * side}", i) for i, side in enumerate(sides, 1)
    ]


@dataclass(frozen=True)
class FeatureMaps:
    """The section's callbacks."""

    predictor: Predictor

    def show(self, photo: str | bytes | None, level: int, language: str) -> str:
        """One Decoder's feature maps and the two networks' masks, or what is missing for them."""
        try:
            image = load_thumbnail(photo)
            network = self.predictor.network("encoder-decoder")
            step = decoder_steps(network, to_input(image))[level - 1]
            masks = {key: self.predictor.predict(key, image).logits for key in WHOLE}
        except InputError as error:
            return alert(error.sentence(language))
        except CheckpointError as error:
            return alert(text("upsampling.features.missing", language, problem=str(error)))
        return _maps(step, language) + _masks(image, masks, language)


def _maps(step: DecoderStep, language: str) -> str:
    sides = (("upsampled", step.upsampled), ("convolved", step.convolved))
    columns = "".join(
        f"<section><h3>{text(f'upsampling.features.{name}', language)}</h3>"
        f'<p class="shape">{_way(name, step)}</p>'
        f'<div class="channels">{_channels(features, language)}</div></section>'
        for name, features in sides
    )
    note = escape(text("upsampling.features.note", language, channels=CHANNELS))
    return f'<div class="feature-maps">{columns}</div><p>{note}</p>'


def _way(name: str, step: DecoderStep) -> str:
    """ "512×2×2 → Upsample → 512×4×4 → Conv → 512×4×4"."""
    way = f"{_shape(step.before)} → Upsample → {_shape(step.upsampled)}"
    return f"{way} → Conv → {_shape(step.convolved)}" if name == "convolved" else way


def _shape(features: Tensor) -> str:
    return "×".join(str(side) for side in features.shape)


def _channels(features: Tensor, language: str) -> str:
    return "".join(
        f'<figure><img class="pixels" src="{grey_url(features[channel].numpy())}" '
        f'alt="{escape(text("upsampling.channel", language, channel=channel))}">'
        f"<figcaption>{channel}</figcaption></figure>"
        for channel in most_active(features, CHANNELS)
    )


def _masks(photo: Image.Image, logits: dict[str, Tensor], language: str) -> str:
    """The photo and, beside it, both networks' masks at the size they were computed in."""
    small = resize_photo(photo)
    pictures = [(data_url(photo_jpeg(small), "jpeg"), text("upsampling.features.photo", language))]
    for key, answer in logits.items():
        labels = to_labels(answer[None], SIZE, SIZE)[0].numpy()
        title = text(f"stages.{key}.title", language)
        pictures.append((data_url(png(label_image(labels)), "png"), title))
    figures = "".join(
        f'<figure><img class="pixels" src="{url}" alt="{escape(title)}">'
        f"<figcaption>{escape(title)}</figcaption></figure>"
        for url, title in pictures
    )
    heading = escape(text("upsampling.features.masks", language))
    return f'<h3>{heading}</h3><div class="masks">{figures}</div>'
