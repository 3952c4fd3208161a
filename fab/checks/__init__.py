"""Checks: each compares one measure with one printer and says what it finds. None knows a geometry algorithm."""
