"""A visitor's own labels, painted over a photo: the editor, and the value that it gives."""
