"""Uploaded photos: decoding them, and refusing what would cost too much."""
