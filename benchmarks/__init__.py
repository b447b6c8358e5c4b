"""Measuring and looking: what is not a test, because its result is for a person to judge."""
