"""Lesson links, presenter mode and lesson plan: the page in front of a class."""
