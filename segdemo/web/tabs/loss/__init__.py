"""Tab *Loss*: what a network is told to lower."""
