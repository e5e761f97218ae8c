"""A scene prepares itself for questions once, when the first one is asked."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from whichtext.scene import Once, Scene


class Counting:
    """A retriever that notes what it was given to prepare."""

    def __init__(self):
        self.prepared = []

    def encode(self, image, content, maps):
        time.sleep(0.05)
        self.prepared.append(content)
        return object()


class Picture:
    pixels = None


def test_a_scene_is_encoded_at_the_first_question_and_once_whatever_the_threads():
    retriever = Counting()
    scene = Scene(photo=Picture(), content="first", retriever=retriever, recognizer=None)
    assert retriever.prepared == []
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: id(scene.encoded), range(16)))
    assert len(found) == 1
    assert retriever.prepared == ["first"]


def test_a_changed_scene_is_encoded_anew():
    retriever = Counting()
    scene = Scene(photo=Picture(), content="first", retriever=retriever, recognizer=None)
    changed = replace(scene, content="second")
    assert scene.encoded is not changed.encoded
    assert retriever.prepared == ["first", "second"]


def test_what_could_not_be_made_is_tried_again():
    once, attempts = Once(), iter([ValueError("damaged"), None])

    def make():
        error = next(attempts)
        if error is not None:
            raise error
        return "made"

    with pytest.raises(ValueError, match="damaged"):
        once.get(make)
    assert once.get(make) == "made"
    assert once.get(make) == "made"
