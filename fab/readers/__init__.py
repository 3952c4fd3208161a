"""Readers: a model file in, its geometry and colours out. Only this package and `fab.frame` know axes and units."""

from fab.readers.model import InputModel
from fab.readers.read import read_model

__all__ = ["InputModel", "read_model"]
