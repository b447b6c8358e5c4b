"""The shipped networks at work: fast to run, and open to be looked into."""

from segdemo.inference.predictor import Prediction, Predictor

__all__ = ["Predictor", "Prediction"]
