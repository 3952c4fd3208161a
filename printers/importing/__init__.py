"""A user's own slicer profile → a printer. Reads PrusaSlicer, Orca and its kin, and Cura; standard library only."""

from printers.importing.profile import Profile
from printers.importing.read import read_profile
from printers.importing.store import own_table

__all__ = ["Profile", "own_table", "read_profile"]
