"""What does it say? Paper 3.4: from a text region to a string with a score."""
