"""Tab *Other domains*: the same networks from picture to picture."""
