"""VGG-16 as a fully convolutional encoder, as published (paper 3.1).

The convolutions of VGG-16, then fc6 and fc7 as convolutions and fc8 learnt anew with as many channels as the decoder
reads: the reading of the paper in which both "fc6, fc7 and fc8 are converted" and "a 512 dimensional vector" hold.
"""

from torch import Tensor, nn

__all__ = ["VGG16Encoder"]

STAGES = ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512))
"""Convolutions and channels between two poolings."""


class VGG16Encoder(nn.Module):
    """(B, 3, H, W) to (B, features, H/32, W/32): 15x20 cells for the paper's 480x640.

    hidden: channels of fc6 and fc7.
    """

    def __init__(self, features: int = 512, *, hidden: int = 4096) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels = 3
        for repeats, outputs in STAGES:
            for _ in range(repeats):
                layers += [nn.Conv2d(channels, outputs, 3, padding=1), nn.ReLU(inplace=True)]
                channels = outputs
            layers.append(nn.MaxPool2d(2))
        self.convolutions = nn.Sequential(*layers)
        self.fc6 = nn.Conv2d(channels, hidden, 7, padding=3)
        self.fc7 = nn.Conv2d(hidden, hidden, 1)
        self.fc8 = nn.Conv2d(hidden, features, 1)

    def forward(self, photo: Tensor) -> Tensor:
        """Encode photos, values in about [-2, 2]."""
        x = nn.functional.relu(self.fc6(self.convolutions(photo)))
        return self.fc8(nn.functional.relu(self.fc7(x)))
