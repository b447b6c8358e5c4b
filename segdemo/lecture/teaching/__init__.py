"""Thin versions of the lecture's networks, trained on labels painted over one photo."""
