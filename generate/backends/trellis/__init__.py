"""TRELLIS (Xiang et al. 2024) by upstream's own models, driven by our sampler. Import its modules: they need torch."""
