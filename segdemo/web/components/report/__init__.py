"""One photo, every stage's answer and its numbers on one sheet, as an image."""
