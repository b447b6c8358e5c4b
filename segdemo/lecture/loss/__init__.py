"""The lecture's loss: one answer, every pixel of an image, one step of training."""
