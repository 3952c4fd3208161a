"""A part that finds out what one machine can print: every limit tried at a few sizes, each labelled in the plastic."""
