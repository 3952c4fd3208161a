"""One Report and its renderings."""
