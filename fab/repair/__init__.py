"""Repair: any mesh in, a solid out, and an account of what it took.

`mend` works in the frame and unit of its input; `repair` makes a placed `Solid` of a mesh in mm.
"""

from fab.repair.ladder import mend, repair
from fab.repair.record import Limits, Mended, Repair, RepairFailed, Step

__all__ = ["Limits", "Mended", "Repair", "RepairFailed", "Step", "mend", "repair"]
