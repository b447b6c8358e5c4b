"""How each stage is trained: one recipe, of which only length and rate differ."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from segdemo.preprocessing import SIZE

SMALL = 64  # pixels: the smallest size that six poolings can halve


@dataclass(frozen=True)
class Recipe:
    """One training run, from first step to last."""

    small_epochs: int  # at 64x64 first: a quarter of the cost, most of what there is to learn
    full_epochs: int  # then at 128x128
    batch_size: int = 32  # pictures a step, over all processes
    learning_rate: float = 2e-3  # the highest of the run
    weight_decay: float = 0.02
    warm_up: float = 0.05  # share of the run in which the rate rises; then it falls as a cosine
    loss: str = "ce-dice"  # a key of train.losses.LOSSES
    seed: int = 0
    grown_from: str | None = None  # stage whose trained weights this one starts from
    after: Recipe | None = None  # run of the same stage from whose weights this one goes on
    fixed: str | None = None  # module whose weights stay as that run left them

    @classmethod
    def from_record(cls, record: dict) -> Recipe | None:
        """The recipe whose `asdict` is `record`; None if it had a field that is gone.

        A field that the record is too old to know has its default.
        """
        if not record.keys() <= {field.name for field in fields(cls)}:
            return None
        after = record.get("after")
        return cls(**record | {"after": after and cls.from_record(after)})

    @property
    def epochs(self) -> int:
        return self.small_epochs + self.full_epochs

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

    def size(self, epoch: int) -> int:
        """Height and width, in pixels, of the pictures in epoch 0, 1, ..."""
        return SMALL if epoch < self.small_epochs else SIZE


# Six poolings leave a 64x64 picture a single pixel: the two stages that draw their answer
# from the last map alone learn nothing there. They get 128x128 only, and start with the
# encoder of encoder-decoder, which is theirs to the layer. unet starts as encoder-decoder with
# closed skips, and learns what to let through them. The second run of fcn-reshape starts from
# the head of low rank that the first one shipped and leaves it so, so that what ships then is
# what was trained.
RECIPES = {
    "cnn-1x1": Recipe(small_epochs=4, full_epochs=2),
    "cnn-5x5": Recipe(small_epochs=4, full_epochs=3),
    "cnn-11x11": Recipe(small_epochs=0, full_epochs=2, learning_rate=5e-4, grown_from="cnn-5x5"),
    "fcn-reshape": Recipe(
        small_epochs=0,
        full_epochs=2,
        learning_rate=5e-4,
        seed=1,
        fixed="out_conv",
        after=Recipe(small_epochs=0, full_epochs=6, grown_from="encoder-decoder"),
    ),
    "upsample-only": Recipe(small_epochs=0, full_epochs=2, grown_from="encoder-decoder"),
    "encoder-decoder": Recipe(
        small_epochs=0,
        full_epochs=5,
        learning_rate=1e-3,
        seed=1,  # other draws than the first run's
        after=Recipe(small_epochs=8, full_epochs=8),
    ),
    "unet": Recipe(
        small_epochs=5,
        full_epochs=3,
        learning_rate=1e-3,
        seed=1,
        after=Recipe(small_epochs=10, full_epochs=3, grown_from="encoder-decoder"),
    ),
}
