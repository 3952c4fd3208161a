"""Repair: one file per step, mesh in, mesh out; `repair(mesh, limits)` climbs the ladder until the gate opens."""
