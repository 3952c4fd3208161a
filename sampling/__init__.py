"""Guided sampling of rectified flows: tensors and callables, no model of anybody's, no images. Import its modules: they
need torch, the package itself does not."""
