"""The sparse operations that TRELLIS' models are made of, in plain PyTorch.

Upstream takes them from spconv and from flash-attn or xformers, which are built for one PyTorch and one CUDA each.
These run wherever PyTorch does, keep what depends on the voxels alone (sequence lengths, windows, neighbours) from one
pass to the next, and never make the host wait for the device, so that a pass can be captured as a CUDA graph.
"""
