"""`python -m figurine` is the command `figurine`."""

from figurine.cli import main

if __name__ == "__main__":
    main()
