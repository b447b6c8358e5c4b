"""How each stage is trained: one recipe, of which only length and batch differ."""

from dataclasses import dataclass

from segdemo.preprocessing import SIZE

SMALL = 64  # pixels: the smallest size that six poolings can halve


@dataclass(frozen=True)
class Recipe:
    """One training run, from first step to last."""

    small_epochs: int  # at 64x64 first: a quarter of the cost, most of what there is to learn
    full_epochs: int  # then at 128x128
    crops: bool = False  # 64x64 is a crop at full scale, not the whole photo shrunk
    batch_size: int = 32  # pictures a step, over all processes
    learning_rate: float = 2e-3  # the highest of the cycle
    weight_decay: float = 0.02
    warm_up: float = 0.05  # share of a cycle in which the rate rises; then it falls as a cosine
    restart: int | None = None  # epochs after which a second cycle begins, half as high
    loss: str = "ce-dice"  # a key of train.losses.LOSSES
    seed: int = 0
    grown_from: str | None = None  # stage whose trained weights this one starts from

    @property
    def epochs(self) -> int:
        return self.small_epochs + self.full_epochs

    @property
    def cycles(self) -> tuple[tuple[int, float], ...]:
        """(epochs, height) of each rise and fall of the learning rate."""
        if self.restart is None:
            return ((self.epochs, 1.0),)
        return (self.restart, 1.0), (self.epochs - self.restart, 0.5)

    def size(self, epoch: int) -> int:
        """Height and width, in pixels, of the pictures in epoch 0, 1, ..."""
        return SMALL if epoch < self.small_epochs else SIZE

    def holdout_size(self, epoch: int) -> int:
        """The size at which epoch 0, 1, ... is scored: that of the scale it was trained on."""
        return SIZE if self.crops else self.size(epoch)


# Six poolings leave a 64x64 picture a single pixel: the two stages that draw their answer
# from the last map alone learn nothing there. They get 128x128 only, and start with the
# encoder of encoder-decoder, which is theirs to the layer.
RECIPES = {
    "cnn-1x1": Recipe(small_epochs=4, full_epochs=2),
    "cnn-5x5": Recipe(small_epochs=3, full_epochs=1, crops=True),
    "cnn-11x11": Recipe(small_epochs=0, full_epochs=1, grown_from="cnn-5x5"),
    "fcn-reshape": Recipe(small_epochs=0, full_epochs=2, grown_from="encoder-decoder"),
    "upsample-only": Recipe(small_epochs=0, full_epochs=2, grown_from="encoder-decoder"),
    "encoder-decoder": Recipe(small_epochs=4, full_epochs=2),
    "unet": Recipe(small_epochs=12, full_epochs=7, restart=16),
}
