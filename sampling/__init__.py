"""Guided sampling of rectified flows: arrays and callables, no model of anybody's, no images."""
