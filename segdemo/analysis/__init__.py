"""Questions asked of a network: one module for each."""
