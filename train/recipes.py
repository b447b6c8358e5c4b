"""How each stage is trained: one recipe, of which only length and rate differ."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any


@dataclass(frozen=True)
class Recipe:
    """One training run, from first step to last."""

    epochs: int
    batch_size: int = 32  # pictures a step, over all processes
    learning_rate: float = 2e-3  # the highest of the run
    weight_decay: float = 0.02
    warm_up: float = 0.05  # share of the run in which the rate rises; then it falls as a cosine
    loss: str = "ce-dice"  # a key of train.losses.LOSSES
    seed: int = 0
    after: Recipe | None = None  # run of the same stage from whose weights this one goes on
    starts_from: str | None = (
        None  # another network, of the same shapes, with whose weights it begins
    )
    fixed: str | None = None  # module whose weights stay as that run left them
    fixed_statistics: bool = False  # BatchNorm normalises as after that run, not by each batch

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Recipe | None:
        """The recipe whose `asdict` is `record`; None if it had a field that is gone.

        A field that the record is too old to know has its default.
        """
        if not record.keys() <= {field.name for field in fields(cls)}:
            return None
        values = dict(record)
        if values.get("after"):
            values["after"] = cls.from_record(values["after"])
        return cls(**values)

    @property
    def runs(self) -> tuple[Recipe, ...]:
        """All runs of the stage, from the first to this one."""
        return (*(self.after.runs if self.after else ()), self)

    @property
    def epochs_before(self) -> int:
        """Of all runs before this one."""
        return sum(run.epochs for run in self.runs[:-1])

    def with_loss(self, loss: str) -> Recipe:
        """The same runs with another loss."""
        return replace(self, loss=loss, after=self.after and self.after.with_loss(loss))


# The same for either way of upsampling, so that only that differs.
SUPER_RESOLVE_UNET = Recipe(
    epochs=20,
    batch_size=16,
    learning_rate=1e-3,
    loss="l1",
    seed=1,
    fixed_statistics=True,
    after=Recipe(epochs=12, batch_size=16, loss="l1", starts_from="denoise-unet"),
)
# The second run of fcn-reshape starts from the head of low rank that the first one shipped and
# leaves it so, so that what ships then is what was trained.
RECIPES = {
    "cnn-1x1": Recipe(epochs=20),
    "cnn-5x5": Recipe(epochs=80),
    "cnn-11x11": Recipe(epochs=50),
    "fcn-reshape": Recipe(
        epochs=6, learning_rate=5e-4, seed=1, fixed="out_conv", after=Recipe(epochs=80)
    ),
    "upsample-only": Recipe(epochs=80),
    "encoder-decoder": Recipe(epochs=160),
    "unet": Recipe(epochs=280),
    # On the encoder that the U-Net has learnt and that stays as it is: 5,000 weights are new.
    "fcn": Recipe(epochs=6, learning_rate=1e-2, fixed="encoders"),
    # Other domains, in a quarter of the widths, for two cores: an epoch is a minute of one of
    # them. Who can pass a photo on without its noise has most of what enlarging needs. A batch's
    # own statistics are a noise that no picture has when it is converted: the last runs do without.
    "denoise-encoder-decoder": Recipe(epochs=24, batch_size=16, loss="l1"),
    "denoise-unet": Recipe(
        epochs=5,
        batch_size=16,
        learning_rate=5e-4,
        loss="l1",
        seed=2,
        fixed_statistics=True,
        after=Recipe(
            epochs=40,
            batch_size=16,
            learning_rate=1e-3,
            loss="l1",
            seed=1,
            after=Recipe(epochs=20, batch_size=16, loss="l1"),
        ),
    ),
    "super-resolve-encoder-decoder": Recipe(
        epochs=8, batch_size=16, loss="l1", starts_from="denoise-encoder-decoder"
    ),
    "super-resolve-unet": SUPER_RESOLVE_UNET,
    "super-resolve-unet-nearest": SUPER_RESOLVE_UNET,
    "colourise-l1-encoder-decoder": Recipe(epochs=24, learning_rate=4e-3, loss="l1"),
    "colourise-l1-unet": Recipe(epochs=24, learning_rate=4e-3, loss="l1"),
    "colourise-bins-encoder-decoder": Recipe(epochs=16, learning_rate=4e-3, loss="ce"),
    "colourise-bins-unet": Recipe(epochs=16, learning_rate=4e-3, loss="ce"),
}
