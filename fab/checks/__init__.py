"""Checks: each compares a measure with a printer and yields findings. CHECKS in `fab.inspect` is the whole list."""
