"""The schemes: one velocity from K views, one a file."""
