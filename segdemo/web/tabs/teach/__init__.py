"""Tab *Teach it*: thin networks that learn a visitor's strokes while they watch."""
