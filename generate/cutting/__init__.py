"""The subject cut out of its picture: what is background, and how soft its edge is."""
