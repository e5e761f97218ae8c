"""The figures of the paper, as its tables 1 to 5 print them.

Source: Rong, Yi and Tian, "Unambiguous Text Localization, Retrieval, and Recognition for Cluttered Scenes". The columns
of tables 1 and 4 were put together again from a text in which they had run apart; they agree with every number on the
page, and with the papers of the methods where those are known. What a column of table 4 measures the paper does not
say; `TABLE_4_COLUMNS` says how it is read here, from the peers' own figures. None: not in the table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = [
    "OURS_IN_PAPER",
    "SOURCE",
    "TABLE_1",
    "TABLE_2",
    "TABLE_3",
    "TABLE_4",
    "TABLE_4_COLUMNS",
    "TABLE_5",
    "TEST_PHOTOS",
    "Localized",
]

SOURCE = 'Rong, Yi and Tian, "Unambiguous Text Localization, Retrieval, and Recognition for Cluttered Scenes"'

Measure = tuple[float, float, float]
"""F, precision, recall."""

OURS_IN_PAPER = frozenset({"DTLN", "CRTR", "proposed", "Det", "Det + Rec", "Det + Rec-lex"})
"""Rows that are the paper's own method."""


@dataclass(frozen=True, slots=True)
class Localized:
    """A row of table 1."""

    icdar2013_pascal: Measure | None = None
    svt_pascal: Measure | None = None
    icdar2013_deteval: Measure | None = None
    svt_deteval: Measure | None = None
    seconds: float | None = None
    """For a photo, each on the hardware of its own paper."""


TABLE_1: Mapping[str, Localized] = MappingProxyType(
    {
        "TH-TextLoc": Localized(icdar2013_deteval=(0.67, 0.70, 0.65)),
        "Text Spotter": Localized(icdar2013_deteval=(0.74, 0.88, 0.65), seconds=0.3),
        "Yin": Localized(icdar2013_deteval=(0.76, 0.88, 0.66), seconds=0.43),
        "Lu": Localized(icdar2013_deteval=(0.78, 0.89, 0.70)),
        "Jaderberg": Localized(
            (0.76, 0.87, 0.68), (0.54, 0.63, 0.47), (0.77, 0.89, 0.68), (0.25, 0.28, 0.23), seconds=7.3
        ),
        "Zhang": Localized(icdar2013_deteval=(0.80, 0.88, 0.74), seconds=60.0),
        "FCN": Localized(icdar2013_deteval=(0.83, 0.88, 0.78), seconds=2.1),
        "FCRNall+filts": Localized(
            (0.84, 0.94, 0.76), (0.63, 0.65, 0.60), (0.83, 0.94, 0.77), (0.27, 0.29, 0.26), seconds=1.27
        ),
        "Tian (CTPN)": Localized((0.88, 0.93, 0.83), (0.66, 0.68, 0.65), (0.86, 0.89, 0.83), seconds=0.14),
        "Liao (TextBoxes)": Localized((0.85, 0.88, 0.83), seconds=0.73),
        "CRAFT": Localized(icdar2013_deteval=(0.95, 0.97, 0.93), seconds=0.12),
        "DTLN": Localized((0.85, 0.92, 0.79), (0.64, 0.65, 0.63), (0.85, 0.92, 0.78), (0.28, 0.29, 0.27), seconds=0.35),
    }
)
"""Localization at the threshold of highest F."""

TABLE_2: Mapping[str, float] = MappingProxyType({"LRCN": 0.264, "DenseCap": 0.291, "SCRC": 0.457, "CRTR": 0.582})
"""P@1 on the annotated boxes of COCO-TextRef."""

TABLE_3: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"LRCN": (0.083, 0.213), "DenseCap": (0.095, 0.229), "SCRC": (0.135, 0.313), "CRTR": (0.184, 0.394)}
)
"""R@1 and R@5 on the boxes of DTLN, COCO-TextRef."""

TABLE_4_COLUMNS = ("SVT e2e", "ICDAR13 rec", "ICDAR13 e2e", "ICDAR15 rec")
"""Word spotting in SVT with the full lexicon; words of ICDAR 2013 with the generic lexicon; end-to-end reading of
ICDAR 2013 with the generic lexicon; accuracy on the 2,077 given words of ICDAR 2015."""

TABLE_4: Mapping[str, tuple[float | None, float | None, float | None, float | None]] = MappingProxyType(
    {
        "Jaderberg": (0.53, 0.76, None, None),
        "FCRNall+filts": (0.56, 0.85, None, None),
        "Deep2Text II+": (None, 0.80, 0.77, 0.681),
        "SRC-B-TextProcessingLab": (None, 0.81, 0.80, 0.674),
        "Adelaide-ConvLSTMs": (None, 0.83, 0.80, 0.690),
        "TextBoxes (adopting CRNN)": (0.64, 0.87, 0.84, None),
        "Busta": (None, None, 0.77, None),
        "Li": (None, None, 0.85, None),
        "Liu": (None, 0.91, None, 0.742),
        "Shi": (None, 0.92, None, 0.761),
        "proposed": (0.65, 0.87, 0.86, 0.694),
    }
)
"""F. The SVT figures of Jaderberg and FCRN are those of their own papers; the text has them in the other order."""

TABLE_5: Mapping[str, Measure] = MappingProxyType(
    {"Det": (0.850, 0.92, 0.79), "Det + Rec": (0.866, 0.93, 0.81), "Det + Rec-lex": (0.874, 0.95, 0.81)}
)
"""Localization on ICDAR 2013, refined by recognition; Rec-lex with the strong lexicon."""

TEST_PHOTOS: Mapping[str, int] = MappingProxyType(
    {"icdar2013": 233, "icdar2013-words": 1095, "icdar2015": 500, "icdar2015-words": 2077, "svt": 249}
)
"""Photos, or word crops, of the test sets that the tables are about."""
