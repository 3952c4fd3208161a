"""Measures: arrays in, arrays out, in millimetres and degrees. Nothing here knows a printer."""
