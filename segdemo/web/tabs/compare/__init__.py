"""Tab *Compare*: one photo, every stage."""
