"""VGG-16: as a fully convolutional encoder (paper 3.1), and for one picture (paper 3.3).

The encoder: the convolutions of VGG-16, then fc6 and fc7 as convolutions and fc8 learnt anew with as many channels as
the decoder reads: the reading of the paper in which both "fc6, fc7 and fc8 are converted" and "a 512 dimensional
vector" hold.
"""

from torch import Tensor, nn

__all__ = ["VGG16Classifier", "VGG16Encoder"]

STAGES = ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512))
"""Convolutions and channels between two poolings."""


class VGG16Encoder(nn.Module):
    """(B, 3, H, W) to (B, features, H/32, W/32): 15x20 cells for the paper's 480x640.

    hidden: channels of fc6 and fc7.
    """

    def __init__(self, features: int = 512, *, hidden: int = 4096) -> None:
        super().__init__()
        self.convolutions = vgg16_layers()
        self.fc6 = nn.Conv2d(STAGES[-1][1], hidden, 7, padding=3)
        self.fc7 = nn.Conv2d(hidden, hidden, 1)
        self.fc8 = nn.Conv2d(hidden, features, 1)

    def forward(self, photo: Tensor) -> Tensor:
        """Encode photos, values in about [-2, 2]."""
        x = nn.functional.relu(self.fc6(self.convolutions(photo)))
        return self.fc8(nn.functional.relu(self.fc7(x)))


class VGG16Classifier(nn.Module):
    """(B, 3, 224, 224) to the outputs of fc8, (B, classes): VGG-16 as it was published, for one picture at a time.

    hidden: outputs of fc6 and fc7.
    """

    def __init__(self, classes: int = 1000, *, hidden: int = 4096) -> None:
        super().__init__()
        self.convolutions = vgg16_layers()
        self.fc6 = nn.Linear(STAGES[-1][1] * 7 * 7, hidden)
        self.fc7 = nn.Linear(hidden, hidden)
        self.fc8 = nn.Linear(hidden, classes)

    def forward(self, pictures: Tensor) -> Tensor:
        """Look at pictures, values in about [-2, 2]."""
        x = nn.functional.relu(self.fc6(self.convolutions(pictures).flatten(1)))
        return self.fc8(nn.functional.relu(self.fc7(x)))


def vgg16_layers() -> nn.Sequential:
    """The thirteen convolutions and five poolings: (B, 3, H, W) to (B, 512, H/32, W/32)."""
    layers: list[nn.Module] = []
    channels = 3
    for repeats, outputs in STAGES:
        for _ in range(repeats):
            layers += [nn.Conv2d(channels, outputs, 3, padding=1), nn.ReLU(inplace=True)]
            channels = outputs
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers)
