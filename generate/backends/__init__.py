"""Backends: each turns Views into a raw mesh. One file each."""
