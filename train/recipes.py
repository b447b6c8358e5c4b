"""How each stage is trained: one recipe, of which only length and batch differ."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """One training run, from first step to last."""

    small_epochs: int  # at 64x64 first: a quarter of the cost, most of what there is to learn
    full_epochs: int  # then at 128x128
    batch_size: int = 32  # pictures a step, over all processes
    learning_rate: float = 2e-3  # the highest of the cycle
    weight_decay: float = 0.02
    warm_up: float = 0.05  # share of the steps in which the rate rises; then it falls as a cosine
    loss: str = "ce-dice"  # a key of train.losses.LOSSES
    seed: int = 0
    grown_from: str | None = None  # stage whose kernels are embedded in this one's larger ones

    @property
    def epochs(self) -> int:
        return self.small_epochs + self.full_epochs

    def size(self, epoch: int) -> int:
        """Height and width, in pixels, of the pictures in epoch 0, 1, ..."""
        return 64 if epoch < self.small_epochs else 128


# Six poolings leave a 64x64 picture a single pixel: the two stages that draw their answer
# from the last map alone learn nothing there, and get 128x128 only.
RECIPES = {
    "cnn-1x1": Recipe(small_epochs=4, full_epochs=2),
    "cnn-5x5": Recipe(small_epochs=4, full_epochs=2),
    "cnn-11x11": Recipe(small_epochs=2, full_epochs=1, grown_from="cnn-5x5"),
    "fcn-reshape": Recipe(small_epochs=0, full_epochs=6),
    "upsample-only": Recipe(small_epochs=0, full_epochs=6),
    "encoder-decoder": Recipe(small_epochs=5, full_epochs=4),
    "unet": Recipe(small_epochs=12, full_epochs=4),
}
