"""Data sets of scene text and of referring expressions: one file a reader, one record type for all of them.

    from whichtext.data.datasets import read_dataset
    from whichtext.data.problems import Problems

    problems = Problems()
    for record in read_dataset("icdar2015", Path("gt.zip"), problems=problems):
        ...
    problems.counts  # what was odd or left out, by kind

docs/data.md has the formats. Nothing here is loaded by `import whichtext`.
"""
