"""Results in other forms: plain JSON in `whichtext.export.json`."""
