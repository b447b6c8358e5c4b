"""Measuring and looking: what is not a test, because its result is for a person to judge."""

import os

# As app.py does, before PyTorch is imported.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("MKL_DISABLE_FAST_MM", "1")
