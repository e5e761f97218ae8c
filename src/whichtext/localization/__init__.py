"""Where is text? Paper 3.1 and 3.2: from the photo to text regions, then words, lines and blocks in reading order."""
