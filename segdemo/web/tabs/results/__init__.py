"""Tab *Results*: what was measured, of every stage."""
