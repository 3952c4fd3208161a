"""Writers: each writes to a temporary name, reads its file back, compares, then renames."""
