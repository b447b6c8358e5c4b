"""The shipped networks at work: fast to run, and open to be looked into."""

from segdemo.inference.networks import Networks, Prediction

__all__ = ["Networks", "Prediction"]
