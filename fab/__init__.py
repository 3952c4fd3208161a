"""Mesh in, printable solid and findings out. Runs on a laptop on anyone's STL; may import only `printers`."""
