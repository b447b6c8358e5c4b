"""Measuring and looking: what is not a test, because its result is for a person to judge."""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as app.py does, before PyTorch is imported
