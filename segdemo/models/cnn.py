"""Segmentation (1) to (3): one small CNN, three kernel sizes."""

from torch import Tensor, nn

from segdemo.models.blocks import ConvBlock


class CNNSegmentation(nn.Module):
    """Three ConvBlocks 3 -> 64 -> 64 -> 64 and a convolution 64 -> 3, all of one kernel size.

    `width` stands in for the 64 where a thinner network is wanted.

    (N, 3, H, W) normalised photo -> (N, 3, H, W) logits, any H and W. Source: slides
    *Segmentation (1)*, *(2)*, *(3)*. Differs in padding the last convolution too, which the
    slides leave out, so that the output keeps the photo's size.
    """

    def __init__(self, kernel_size: int, width: int = 64):
        super().__init__()
        self.conv1 = ConvBlock(3, width, kernel_size)
        self.conv2 = ConvBlock(width, width, kernel_size)
        self.conv3 = ConvBlock(width, width, kernel_size)
        self.conv4 = nn.Conv2d(width, 3, kernel_size, padding=kernel_size // 2)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv1(x)  # (N, width, H, W)
        x = self.conv2(x)
        x = self.conv3(x)
        return self.conv4(x)  # (N, 3, H, W)
