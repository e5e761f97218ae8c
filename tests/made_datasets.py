"""Miniature data sets in the formats of the real ones: two or three images each, with known right answers."""

import json
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import scipy.io

from whichtext.data.options import ReadOptions

Made = tuple[str, Path, ReadOptions]
"""(name of the reader, path, companion files)."""


def make_icdar2013(folder: Path) -> Made:
    """Training layout with blanks, test layout with commas, quotes, a don't-care region, a byte-order mark."""
    path = folder / "ic13"
    path.mkdir()
    (path / "gt_100.txt").write_text('158 128 411 181 "Footpath"\r\n443 128 501 169 "a,b,c,d,e"\r\n')
    (path / "gt_img_2.txt").write_bytes(
        b'\xef\xbb\xbf38, 43, 920, 215, "Tired ""\n0, 0, 9, 9, "say \\"hi\\""\n1, 2, 3, 4, ###\n'
    )
    return "icdar2013", path, ReadOptions()


def make_icdar2013_words(folder: Path) -> Made:
    """Task 2.3: crops of words."""
    path = folder / "ic13words" / "gt.txt"
    path.parent.mkdir()
    path.write_text('word_1.png, "PROPER"\nword_2.png, "FOOD,"\n', encoding="utf-8-sig")
    return "icdar2013", path, ReadOptions()


def make_icdar2015(folder: Path) -> Made:
    """In a zip archive, with a strong lexicon in a folder."""
    path = folder / "ic15.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "gt_img_1.txt", "\ufeff377,117,463,117,465,130,378,130,Genaxis Theatre\r\n1,2,3,2,3,4,1,4,###\r\n"
        )
        archive.writestr("gt_img_10.txt", "\ufeff10,10,20,10,20,20,10,20,a,b\r\n5,5,9,5,9,9,5,9,\r\n")
    lexicons = folder / "voc"
    lexicons.mkdir()
    (lexicons / "voc_img_1.txt").write_text("GENAXIS\nTHEATRE\n")
    (lexicons / "voc_img_10.txt").write_text("A\n")
    return "icdar2015", path, ReadOptions(lexicons=lexicons)


def make_icdar2015_words(folder: Path) -> Made:
    """Task 4.3 with the place of each crop."""
    path = folder / "ic15words" / "gt.txt"
    path.parent.mkdir()
    path.write_text('word_1.png, "JOINT"\nword_2.png, ###\n', encoding="utf-8-sig")
    (path.parent / "coords.txt").write_text("word_1.png,1,2,30,2,30,14,1,14\nword_2.png,0,0,1,0,1,1,0,1\n")
    return "icdar2015", path, ReadOptions()


SVT = """<?xml version="1.0" encoding="UTF-8"?>
<tagset>
  <image>
    <imageName>img/14_03.jpg</imageName>
    <address>341 Southwest 10th Avenue Portland OR</address>
    <lex>LIVING,ROOM,THEATERS</lex>
    <Resolution x="1280" y="880"/>
    <taggedRectangles>
      <taggedRectangle height="75" width="236" x="375" y="253">
        <tag>LIVING</tag>
      </taggedRectangle>
      <taggedRectangle height="76" width="175" x="639" y="272">
        <tag>ROOM</tag>
      </taggedRectangle>
    </taggedRectangles>
  </image>
  <image>
    <imageName>img/15_00.jpg</imageName>
    <address>x</address>
    <lex>HOTEL &amp; BAR,INN</lex>
    <Resolution x="100" y="80"/>
    <taggedRectangles/>
  </image>
</tagset>
"""


def make_svt(folder: Path) -> Made:
    """Two images, one of them without text."""
    path = folder / "svt.xml"
    path.write_text(SVT, encoding="utf-8")
    return "svt", path, ReadOptions()


TOTALTEXT = {
    "gt_img1.txt": "10,10,50,5,90,10,90,30,50,25,10,30,CURVED\n1,1,9,1,9,5,1,5,1500\n2,2,3,2,3,3,2,3,###\n",
    "poly_gt_img2.txt": (
        "x: [[153 161 179]], y: [[347 323 305]], ornt: [u'c'], transcriptions: [u'the']\n"
        "x: [[1 9 9 1]], y: [[1 1 5 5]], ornt: [u'h'], transcriptions: [u\"O'Neil\"]\n"
        "x: [[1 9 9 1]], y: [[1 1 5 5]], ornt: [u'#'], transcriptions: [u'#']\n"
    ),
}


def make_totaltext(folder: Path) -> Made:
    """Both text layouts."""
    path = folder / "tt"
    path.mkdir()
    for name, content in TOTALTEXT.items():
        (path / name).write_text(content)
    return "totaltext", path, ReadOptions()


def make_totaltext_matlab(folder: Path) -> Made:
    """The MATLAB layout."""
    path = folder / "ttmat"
    path.mkdir()
    table = np.empty((2, 6), dtype=object)
    table[0] = ["x:", np.array([[153, 161, 179]], "i2"), "y:", np.array([[347, 323, 305]], "i2"), "the", "c"]
    table[1] = ["x:", np.array([[1, 9, 9, 1]], "u1"), "y:", np.array([[1, 1, 5, 5]], "u1"), "#", "#"]
    scipy.io.savemat(path / "poly_gt_img3.mat", {"polygt": table}, do_compression=True)
    return "totaltext", path, ReadOptions()


QUAD = np.array([[10.0, 50, 50, 10], [20.0, 20, 40, 40]])
"""(2, 4): x and y of a box, as SynthText has them."""


def synthtext_cells() -> dict[str, Any]:
    """The four variables: an image of three words in two rows of text, and one of a single word."""
    words = np.stack([QUAD, QUAD + 100, QUAD + 200], axis=2)
    names, boxes, letters, strings = (np.empty((1, 2), dtype=object) for _ in range(4))
    names[0] = ["8/ballet_1.jpg", "9/sea_2.jpg"]
    boxes[0] = [words, QUAD]
    letters[0] = [np.stack([QUAD + number for number in range(7)], axis=2), np.stack([QUAD] * 2, axis=2)]
    strings[0] = [np.array(["Lines:\nI ", "am         "]), np.array(["OK"])]
    # "Lines:" has 6 letters, "I" 1, "am" 2: the boxes of 9 letters.
    letters[0][0] = np.stack([QUAD + number for number in range(9)], axis=2)
    return {"imnames": names, "wordBB": boxes, "charBB": letters, "txt": strings}


def make_synthtext(folder: Path) -> Made:
    """MATLAB 5, not packed."""
    path = folder / "gt.mat"
    scipy.io.savemat(path, synthtext_cells())
    return "synthtext", path, ReadOptions()


def make_synthtext_packed(folder: Path) -> Made:
    """MATLAB 5, packed."""
    path = folder / "gt_packed.mat"
    scipy.io.savemat(path, synthtext_cells(), do_compression=True)
    return "synthtext", path, ReadOptions()


def make_synthtext_hdf5(folder: Path) -> Made:
    """What MATLAB 7.3 writes: references, reversed axes, characters as numbers."""
    import h5py

    path = folder / "gt73.mat"
    cells = synthtext_cells()
    with h5py.File(path, "w") as file:
        store = file.create_group("#refs#")

        def put(value: Any) -> Any:
            name = f"v{len(store)}"
            if isinstance(value, np.ndarray) and value.dtype.kind == "U":
                rows = [str(row) for row in value]
                width = max(map(len, rows))
                value = np.array([[ord(char) for char in row.ljust(width)] for row in rows], "u2")
            elif isinstance(value, str):
                value = np.array([[ord(char) for char in value]], "u2")
            store[name] = np.asarray(value).T
            return store[name].ref

        for name, cell in cells.items():
            references = np.array([[put(value)] for value in cell[0]], dtype=h5py.ref_dtype)
            file.create_dataset(name, data=references, dtype=h5py.ref_dtype)
    return "synthtext", path, ReadOptions()


def make_synthtext_generated(folder: Path) -> Made:
    """What SynthText's own generator writes."""
    import h5py

    path = folder / "dset.h5"
    with h5py.File(path, "w") as file:
        data = file.create_group("data")
        for name, txt, count in (("ballet_1.jpg_0", ["Lines:\nI", "am"], 9), ("sea_2.jpg_0", ["OK"], 2)):
            entry = data.create_dataset(name, data=np.zeros((4, 4, 3), "u1"))
            words = sum(len(row.split()) for row in txt)
            entry.attrs["wordBB"] = np.stack([QUAD + 100 * number for number in range(words)], axis=2)
            entry.attrs["charBB"] = np.stack([QUAD + number for number in range(count)], axis=2)
            entry.attrs["txt"] = [row.encode() for row in txt]
    return "synthtext", path, ReadOptions()


def coco_text_annotation(
    number: int, image: int, box: tuple[int, int, int, int], string: str | None, **more: Any
) -> Any:
    """One entry of `anns`, version 1; box is x, y, width, height."""
    x, y, width, height = box
    entry = {
        "id": number,
        "image_id": image,
        "bbox": [x, y, width, height],
        "polygon": [x, y, x + width, y, x + width, y + height, x, y + height],
        "area": width * height,
        "class": "machine printed",
        "legibility": "illegible" if string is None else "legible",
        "language": "english",
        **more,
    }
    return entry if string is None else {**entry, "utf8_string": string}


def coco_image(number: int, width: int = 640, height: int = 480, part: str = "train") -> Any:
    """One entry of `imgs`."""
    name = f"COCO_train2014_{number:012d}.jpg"
    return {"id": number, "file_name": name, "width": width, "height": height, "set": part}


def coco_text(images: list[Any], annotations: list[Any]) -> Any:
    """The document of a COCO-Text file."""
    return {
        "cats": {},
        "imgs": {str(image["id"]): image for image in images},
        "anns": {str(entry["id"]): entry for entry in annotations},
        "imgToAnns": {str(i["id"]): [a["id"] for a in annotations if a["image_id"] == i["id"]] for i in images},
        "info": {"version": "1.4"},
    }


def make_cocotext(folder: Path) -> Made:
    """Version 1."""
    path = folder / "COCO_Text.json"
    document = coco_text(
        [coco_image(7), coco_image(9, part="val"), coco_image(11)],
        [
            coco_text_annotation(100, 7, (10, 20, 30, 10), "STOP"),
            coco_text_annotation(101, 9, (1, 2, 3, 4), None, **{"class": "handwritten"}),
            coco_text_annotation(102, 7, (50, 60, 10, 10), "caf\u00e9", language="not english"),
        ],
    )
    path.write_text(json.dumps(document), encoding="utf-8")
    return "cocotext", path, ReadOptions()


def make_cocotext_v2(folder: Path) -> Made:
    """Version 2: `mask` instead of `polygon`, indented, so that line numbers mean something."""
    path = folder / "cocotext.v2.json"
    annotation = coco_text_annotation(100, 7, (10, 20, 30, 10), "STOP", mask=[10, 20, 25, 18, 40, 20, 40, 30, 10, 30])
    del annotation["polygon"]
    path.write_text(json.dumps(coco_text([coco_image(7)], [annotation]), indent=1), encoding="utf-8")
    return "cocotext", path, ReadOptions()


INSTANCES = {
    "info": {},
    "images": [coco_image(7), coco_image(9)],
    "annotations": [
        {"id": 501, "image_id": 7, "category_id": 6, "bbox": [100, 100, 200, 150], "segmentation": [[1, 2, 3]]},
        {"id": 502, "image_id": 7, "category_id": 1, "bbox": [400, 100, 100, 200], "segmentation": [[1, 2, 3]]},
        {"id": 503, "image_id": 9, "category_id": 1, "bbox": [0, 0, 10, 20], "segmentation": [[1, 2, 3]]},
    ],
    "categories": [{"id": 1, "name": "person"}, {"id": 6, "name": "bus"}],
}
WORDINGS = {
    501: [(1, "The red bus."), (2, "bus with an open door")],
    502: [(3, "a man in a hat")],
    503: [(4, "the child")],
}


def make_instances(folder: Path) -> Path:
    """COCO's instances."""
    path = folder / "instances.json"
    path.write_text(json.dumps(INSTANCES), encoding="utf-8")
    return path


def refexp_original() -> Any:
    """As Google released it: lists, no boxes."""
    candidates = [{"bounding_box": [1, 2, 3, 4], "predicted_object_name": "bus"}]
    return {
        "annotations": [
            {
                "annotation_id": entry["id"],
                "image_id": entry["image_id"],
                "refexp_ids": [number for number, _ in WORDINGS[entry["id"]]],
                "region_candidates": candidates,
            }
            for entry in INSTANCES["annotations"]
        ],
        "refexps": [
            {"refexp_id": number, "raw": raw, "tokens": raw.split(), "parse": {"referent": {"word": "x"}}}
            for wordings in WORDINGS.values()
            for number, raw in wordings
        ],
    }


def refexp_aligned() -> Any:
    """As the authors' toolbox joins it with COCO: objects by id."""
    original = refexp_original()
    images = {str(image["id"]): {**image, "image_id": image["id"]} for image in INSTANCES["images"]}
    for image in images.values():
        del image["id"]
    return {
        "images": images,
        "annotations": {
            str(entry["id"]): {
                **{key: value for key, value in entry.items() if key != "id"},
                "annotation_id": entry["id"],
                "refexp_ids": [number for number, _ in WORDINGS[entry["id"]]],
            }
            for entry in INSTANCES["annotations"]
        },
        "refexps": {str(entry["refexp_id"]): entry for entry in original["refexps"]},
    }


def make_refexp(folder: Path) -> Made:
    """As released, with COCO's instances."""
    path = folder / "google_refexp_val_201511.json"
    path.write_text(json.dumps(refexp_original()), encoding="utf-8")
    return "refexp", path, ReadOptions(instances=make_instances(folder))


def make_refexp_aligned(folder: Path) -> Made:
    """Aligned with COCO."""
    path = folder / "google_refexp_val_201511_coco_aligned.json"
    path.write_text(json.dumps(refexp_aligned(), indent=1), encoding="utf-8")
    return "refexp", path, ReadOptions()


def refcocog_refs() -> list[Any]:
    """The list that `refs(umd).p` holds."""
    return [
        {
            "ref_id": number,
            "ann_id": entry["id"],
            "category_id": entry["category_id"],
            "file_name": f"COCO_train2014_{entry['image_id']:012d}_{entry['id']}.jpg",
            "image_id": entry["image_id"],
            "split": "train" if entry["image_id"] == 7 else "val",
            "sent_ids": [sent for sent, _ in WORDINGS[entry["id"]]],
            "sentences": [
                {"raw": raw, "sent": raw.lower().strip("."), "sent_id": sent, "tokens": raw.split()}
                for sent, raw in WORDINGS[entry["id"]]
            ],
        }
        for number, entry in enumerate(INSTANCES["annotations"])
    ]


def make_refcocog(folder: Path) -> Made:
    """A pickle of protocol 0, as Python 2 wrote it, with `instances.json` beside it."""
    path = folder / "refs(umd).p"
    path.write_bytes(pickle.dumps(refcocog_refs(), protocol=0))
    make_instances(folder)
    return "refcocog", path, ReadOptions()


def make_refcocog_json(folder: Path) -> Made:
    """The same as JSON."""
    path = folder / "refs.json"
    path.write_text(json.dumps(refcocog_refs(), indent=1), encoding="utf-8")
    return "refcocog", path, ReadOptions(instances=make_instances(folder))


def make_referit(folder: Path) -> Made:
    """Three expressions for two regions of two images, with masks."""
    path = folder / "RealGames.txt"
    path.write_text("8756_2.jpg~sunray at very top~.339~.023\r\n99_1.jpg~the ~ sea~.5~.5\r\n8756_2.jpg~sun~0~0\r\n")
    masks = folder / "mask"
    masks.mkdir()
    for name, box in (("8756_2", (3, 1, 9, 5)), ("99_1", (0, 0, 2, 2))):
        mask = np.ones((12, 16), "u1")
        mask[box[1] : box[3], box[0] : box[2]] = 0
        scipy.io.savemat(masks / f"{name}.mat", {"segimg_t": mask}, do_compression=name == "99_1")
    return "referit", path, ReadOptions(masks=masks)


def make_textref(folder: Path) -> Made:
    """Words, expressions and attributes in three files."""
    path = folder / "textref"
    path.mkdir()
    square = [[0, 0], [9, 0], [9, 5], [0, 5]]
    words = [
        {
            "image_id": f"img_{number}",
            "split": "dev",
            "file": f"photos/img_{number}.jpg",
            "width": 100,
            "height": 80,
            "source": "made",
            "texts": [
                {"id": 0, "polygon": square, "string": None, "legible": None, "machine_string": "SALL"},
                {"id": 1, "polygon": square, "string": None, "legible": False},
                {"id": 2, "polygon": square, "string": "OFF", "legible": True},
            ],
        }
        for number in (1, 2)
    ]
    expressions = {
        "image_id": "img_2",
        "file": "photos/img_2.jpg",
        "width": 100,
        "height": 80,
        "texts": [{"id": 0, "polygon": square, "string": "SALE", "string_verified": True, "legible": None}],
        "lines": [[0, 2], [1]],
        "expressions": [
            {
                "id": "img_2#0",
                "raw": "the red words",
                "targets": [0, 2],
                "types": ["look"],
                "context": "sign",
                "reading": "SALE OFF",
            }
        ],
        "ambiguous": [{"raw": "a word", "matches": [[0], [2]]}],
        "no_target": ["the phone number"],
        "no_target_written": ["the blue neon word"],
    }
    attributes = {"image_id": "img_2", "lines": [{"targets": [0, 2], "ink": "red", "style": ["bold", "upper"]}]}
    (path / "words.jsonl").write_text("".join(json.dumps(row) + "\n" for row in words), encoding="utf-8")
    (path / "expressions-dev.jsonl").write_text(json.dumps(expressions) + "\n", encoding="utf-8")
    (path / "attributes-dev.jsonl").write_text(json.dumps(attributes) + "\n", encoding="utf-8")
    return "textref", path, ReadOptions()


MAKERS: tuple[Callable[[Path], Made], ...] = (
    make_icdar2013,
    make_icdar2013_words,
    make_icdar2015,
    make_icdar2015_words,
    make_svt,
    make_totaltext,
    make_totaltext_matlab,
    make_synthtext,
    make_synthtext_packed,
    make_synthtext_hdf5,
    make_synthtext_generated,
    make_cocotext,
    make_cocotext_v2,
    make_refexp,
    make_refexp_aligned,
    make_refcocog,
    make_refcocog_json,
    make_referit,
    make_textref,
)
"""All of them; those of HDF5 need h5py."""
NEEDS_H5PY = {"make_synthtext_hdf5", "make_synthtext_generated"}
