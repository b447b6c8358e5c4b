"""Data: the data set, photos and their decoding, preprocessing, classes and their colours."""
