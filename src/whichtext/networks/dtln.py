"""The Dense Text Localization Network (paper 3.1 and 3.2): photo in, up to five word boxes out of every grid cell.

An encoder turns the photo into a grid of cells. Each cell's feature, scaled to unit length and joined with the cell's
place, is read by an LSTM that emits one box a step; all cells share the same weights. `as_published` is the paper's
network; `cpu` is one that an ordinary processor trains and runs, and that reads small text:

- the trunk and pyramid of PP-OCRv6-small instead of VGG-16;
- cells of 16 pixels, each of which reads the stride-4 and stride-8 maps whole (space to depth) beside the coarser ones:
  a word of ICDAR 2015 is 8 to 20 pixels high, and a feature of stride 32 cannot place it;
- sizes as logarithms, and the angle of the writing as one more number.
"""

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from whichtext.networks.pplcnet import LEAVING, PYRAMID, PPLCNetEncoder, PyramidMaps, enlarge
from whichtext.networks.vgg16 import VGG16Encoder

__all__ = ["DTLN", "PRESETS", "BoxCode", "DTLNConfig", "DTLNForExport", "Emitted", "as_input", "cell_centres", "emit"]


@dataclass(frozen=True, slots=True)
class DTLNConfig:
    """Everything that fixes the network's parameters; the defaults are the `cpu` preset."""

    encoder: Literal["pplcnet", "vgg16"] = "pplcnet"
    stride: int = 16
    """Pixels of the network's input a cell is wide and high."""
    features: int = 256
    """Channels of a cell's feature."""
    units: int = 192
    """Memory states of the LSTM."""
    steps: int = 5
    """Boxes a cell can emit."""
    has_coordinates: bool = True
    """Whether each cell knows its place in the photo, -1 to 1 (paper 3.1)."""
    box: Literal["log", "linear"] = "log"
    """How box numbers are coded, see `BoxCode`."""
    has_angle: bool = True
    """Whether the angle of the writing is one of the box numbers; the paper's boxes are upright."""
    has_head_bias: bool = True
    context_blocks: int = 2
    """Depthwise blocks that let a cell see its neighbours; `pplcnet` only."""
    hidden: int = 4096
    """Channels of fc6 and fc7; `vgg16` only."""


PRESETS: dict[str, DTLNConfig] = {
    "cpu": DTLNConfig(),
    "as-published": DTLNConfig(
        encoder="vgg16", stride=32, features=512, units=500, box="linear", has_angle=False, has_head_bias=False
    ),
}
"""Configurations by name."""

TYPICAL = (64.0, 22.0)
"""Width and height in pixels of a common word, the origin of logarithmic sizes."""
FIRST_CONFIDENCE = -3.0
"""Logit of an untrained confidence, where the heads have biases: most cells hold no text."""


class BoxCode:
    """Between boxes in pixels and the numbers that the network regresses.

    A box is (cx, cy, w, h, angle): centre, size along and across the writing, pixels of the network's input, radians
    clockwise. Its code in a cell is (x, y, w, h, area), followed by the angle where the network has one.

    linear: as published, in parts of the photo's width and height, x and y counted from the centre of the cell.
    log: x and y in cells from the centre of the cell, sizes and area as natural logarithms of multiples of `TYPICAL`.
    """

    def __init__(self, config: DTLNConfig) -> None:
        self.config = config
        self.length = 6 if config.has_angle else 5

    def encode(self, boxes: Tensor, centres: Tensor, size: tuple[int, int]) -> Tensor:
        """Boxes (..., 5) seen from cell centres (..., 2); size = (width, height) in pixels: codes (..., length)."""
        x, y, w, h, angle = boxes.unbind(-1)
        x, y = x - centres[..., 0], y - centres[..., 1]
        if self.config.box == "linear":
            width, height = size
            numbers = [x / width, y / height, w / width, h / height, w * h / (width * height)]
        else:
            w, h = (w.clamp(min=1.0) / TYPICAL[0]).log(), (h.clamp(min=1.0) / TYPICAL[1]).log()
            numbers = [x / self.config.stride, y / self.config.stride, w, h, w + h]
        return torch.stack([*numbers, angle] if self.config.has_angle else numbers, dim=-1)

    def decode(self, codes: Tensor, centres: Tensor, size: tuple[Any, Any]) -> Tensor:
        """Codes (..., length) of cells with centres (..., 2) to boxes (..., 5). The area number is not needed."""
        x, y, w, h = codes[..., :4].unbind(-1)
        if self.config.box == "linear":
            width, height = size
            x, y, w, h = x * width, y * height, w * width, h * height
        else:
            x, y = x * self.config.stride, y * self.config.stride
            w, h = w.clamp(-5.0, 5.0).exp() * TYPICAL[0], h.clamp(-5.0, 5.0).exp() * TYPICAL[1]
        angle = codes[..., 5] if self.config.has_angle else torch.zeros_like(x)
        return torch.stack([centres[..., 0] + x, centres[..., 1] + y, w, h, angle], dim=-1)

    def weights(self, boxes: Tensor, size: tuple[int, int]) -> Tensor:
        """How much an error of each code number counts, for true boxes (..., 5): (..., length).

        linear: the ancestors' 0.03 a pixel. log: errors of place relative to the word's extent in that direction, those
        of the angle to its elongation, so that a small word counts as much as a large one.
        """
        if self.config.box == "linear":
            width, height = size
            x, y = 0.03 * width, 0.03 * height
            numbers = torch.tensor([x, y, x, y, (x * y) ** 0.5], device=boxes.device).expand(*boxes.shape[:-1], 5)
            angle = torch.ones_like(boxes[..., :1])
            return torch.cat([numbers, angle], dim=-1) if self.config.has_angle else numbers
        _, _, w, h, angle = boxes.unbind(-1)
        x, y = self.reach(boxes, size).unbind(-1)
        one = torch.ones_like(w)
        elongation = torch.maximum(w / h, h / w)
        numbers = [x, y, one, one, 0.1 * one]
        return torch.stack([*numbers, (elongation / 2).clamp(0.5, 4.0)] if self.config.has_angle else numbers, dim=-1)

    def reach(self, boxes: Tensor, size: tuple[int, int]) -> Tensor:
        """Parts of the box's extent that one unit of x and of y in the code make up: (..., 2)."""
        _, _, w, h, angle = boxes.unbind(-1)
        w, h = w.clamp(min=1.0), h.clamp(min=1.0)
        cosine, sine = angle.cos().abs(), angle.sin().abs()
        across = torch.stack([cosine / w + sine / h, sine / w + cosine / h], dim=-1)
        if self.config.box == "linear":
            return across * across.new_tensor(size)
        return across * self.config.stride


def cell_centres(rows: int, columns: int, stride: int, device: Any = None) -> Tensor:
    """Centres of all cells in raster order, pixels of the network's input: (rows * columns, 2) x, y."""
    y, x = torch.meshgrid(torch.arange(rows, device=device), torch.arange(columns, device=device), indexing="ij")
    return (torch.stack([x, y], dim=-1).reshape(-1, 2) + 0.5) * stride


class CellFeatures(nn.Module):
    """The pyramid's maps as one feature a cell: finer maps by space to depth, coarser ones repeated."""

    def __init__(self, features: int, blocks: int, stride: int) -> None:
        super().__init__()
        self.stride = stride
        middle = (stride // 16) ** 2
        self.join = nn.Conv2d(LEAVING * (1 + 21 * middle) + PYRAMID * (1 + middle), features, 1)
        self.blocks = nn.ModuleList(Context(features) for _ in range(blocks))

    def forward(self, maps: PyramidMaps) -> Tensor:
        """Pyramid maps of (B, 3, H, W) photos to (B, features, H/stride, W/stride)."""
        stride = self.stride
        level32, level16, level8, level4 = maps.levels
        parts = [
            functional.pixel_unshuffle(level4, stride // 4),
            functional.pixel_unshuffle(level8, stride // 8),
            functional.pixel_unshuffle(level16, stride // 16),
            enlarge(level32, 32 // stride),
            functional.pixel_unshuffle(maps.middle, stride // 16),
            enlarge(maps.coarse, 32 // stride),
        ]
        x = functional.gelu(self.join(torch.cat(parts, dim=1)))
        for block in self.blocks:
            x = block(x)
        return x


class Context(nn.Module):
    """A cell looks at its neighbours, two away in every direction."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(channels, channels, 5, padding=2, groups=channels)
        self.mix = nn.Conv2d(channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, h, w) to the same shape."""
        return x + functional.gelu(self.mix(self.depthwise(x)))


class Decoder(nn.Module):
    """One LSTM for all cells: no biases, no non-linearity on its output (h = o * c), the same input at every step."""

    def __init__(self, config: DTLNConfig, outputs: int) -> None:
        super().__init__()
        inputs = config.features + (2 if config.has_coordinates else 0)
        self.from_feature = nn.Linear(inputs, 4 * config.units, bias=False)
        self.from_output = nn.Linear(config.units, 4 * config.units, bias=False)
        self.head = nn.Linear(config.units, outputs, bias=config.has_head_bias)
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -0.1, 0.1)
        if config.has_head_bias:
            nn.init.zeros_(self.head.bias)
            nn.init.constant_(self.head.bias[-1:], FIRST_CONFIDENCE)

    def start(self, features: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """First step on (N, features): its output h and memory c, both (N, units), and what every later step reads."""
        given = self.from_feature(features)
        output, memory = self.step(given, None, None)
        return output, memory, given

    def step(self, given: Tensor, output: Tensor | None, memory: Tensor | None) -> tuple[Tensor, Tensor]:
        """One LSTM step: h and c."""
        gates = given if output is None else given + self.from_output(output)
        enter, forget, leave, new = gates.chunk(4, dim=-1)
        cell = enter.sigmoid() * new.tanh()
        if memory is not None:
            cell = cell + forget.sigmoid() * memory
        return leave.sigmoid() * cell, cell

    def forward(self, features: Tensor, steps: int) -> Tensor:
        """(N, features) to what each step says, (N, steps, outputs)."""
        output, memory, given = self.start(features)
        said = [self.head(output)]
        for _ in range(steps - 1):
            output, memory = self.step(given, output, memory)
            said.append(self.head(output))
        return torch.stack(said, dim=1)


class DTLN(nn.Module):
    """The network. What a step says is a box code of `BoxCode.length` numbers, then the logit of its confidence."""

    def __init__(self, config: DTLNConfig) -> None:
        super().__init__()
        self.config = config
        self.code = BoxCode(config)
        self.scale = nn.Parameter(torch.tensor(10.0))
        self.decoder = Decoder(config, self.code.length + 1)
        if config.encoder == "vgg16":
            if config.stride != 32:
                raise ValueError(f"cells of the vgg16 encoder are 32 pixels wide, not {config.stride}")
            self.encoder: nn.Module = VGG16Encoder(config.features, hidden=config.hidden)
            self.cells: nn.Module = nn.Identity()
        else:
            if config.stride not in (16, 32):
                raise ValueError(f"cells of the pplcnet encoder are 16 or 32 pixels wide, not {config.stride}")
            self.encoder = PPLCNetEncoder()
            self.cells = CellFeatures(config.features, config.context_blocks, config.stride)

    def forward(self, photos: Tensor) -> Tensor:
        """Photos (B, 3, H, W), values in [-1, 1], sides multiples of 32, to (B, h * w, steps, length + 1).

        Cells are in raster order.
        """
        features = self.features(self.encoder(photos))
        batch, cells, _ = features.shape
        said: Tensor = self.decoder(features.flatten(0, 1), self.config.steps)
        return said.reshape(batch, cells, self.config.steps, -1)

    def features(self, encoded: Any) -> Tensor:
        """What the encoder says, as the features that the decoder reads: (B, h * w, features + 2)."""
        x = self.cells(encoded)
        x = functional.normalize(x, dim=1) * self.scale
        if self.config.has_coordinates:
            batch, _, rows, columns = x.shape
            y = torch.linspace(-1.0, 1.0, rows, device=x.device).view(1, 1, rows, 1).expand(batch, 1, rows, columns)
            z = torch.linspace(-1.0, 1.0, columns, device=x.device).view(1, 1, 1, columns)
            x = torch.cat([x, z.expand(batch, 1, rows, columns), y], dim=1)
        return x.flatten(2).transpose(1, 2)


class Emitted(NamedTuple):
    """Boxes of the cells that did not stop at once."""

    boxes: Tensor
    """(N, steps, 6): cx, cy, w, h in pixels of the network's input, angle in radians, confidence in [0, 1]."""
    cells: Tensor
    """(N,) int64: positions of these cells in raster order, ascending."""


def emit(network: DTLN, features: Tensor, size: tuple[Any, Any], *, stop: float) -> Emitted:
    """Boxes of one photo from its features (h * w, features + 2); size = (width, height) of the network's input.

    stop: first confidence up to which a cell is silent, the paper's stop symbol; only the other cells take more steps.
    """
    config, decoder = network.config, network.decoder
    output, memory, given = decoder.start(features)
    said = decoder.head(output)
    (cells,) = torch.nonzero(said[:, -1].sigmoid() > stop, as_tuple=True)
    output, memory, given, said = output[cells], memory[cells], given[cells], said[cells]
    steps = [said]
    for _ in range(config.steps - 1):
        output, memory = decoder.step(given, output, memory)
        steps.append(decoder.head(output))
    codes = torch.stack(steps, dim=1)
    columns = size[0] // config.stride
    row, column = torch.div(cells, columns, rounding_mode="floor"), cells % columns
    centres = (torch.stack([column, row], dim=-1).float() + 0.5) * config.stride
    boxes = network.code.decode(codes[..., :-1], centres[:, None].expand(-1, config.steps, -1), size)
    return Emitted(torch.cat([boxes, codes[..., -1:].sigmoid()], dim=-1), cells)


def as_input(photo: Tensor) -> Tensor:
    """(..., H, W, 3) uint8 RGB to what the encoder reads, (..., 3, H, W) in [-1, 1]."""
    last = photo.dim() - 1
    return photo.permute(*range(last - 2), last, last - 2, last - 1).float() * (2.0 / 255.0) - 1.0


class DTLNForExport(nn.Module):
    """A trained network as it runs: (H, W, 3) uint8 RGB, sides multiples of 32, to the boxes of `emit`."""

    def __init__(self, network: DTLN, *, stop: float) -> None:
        super().__init__()
        self.network = network
        self.stop = stop

    def forward(self, photo: Tensor) -> Emitted:
        """Find boxes."""
        network = self.network
        features = network.features(network.encoder(as_input(photo)[None]))[0]
        return emit(network, features, (photo.shape[1], photo.shape[0]), stop=self.stop)
