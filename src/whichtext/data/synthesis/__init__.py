"""Cluttered scenes with exact truth: signs and things in front of a background, photographed, and described in words.

    from whichtext.data.synthesis.scene import Settings, synthesize

    made = synthesize(0, seed=7, settings=Settings(size=(640, 480)))
    made.image   # Pillow RGB picture
    made.record  # whichtext.data.record.ImageRecord: words, lines, labels, objects, expressions

Everything random comes from `numpy.random.default_rng([seed, index])`: a scene is the same whoever makes it, and when.
docs/synthesis.md has the tour. Nothing here is loaded by `import whichtext`.
"""
