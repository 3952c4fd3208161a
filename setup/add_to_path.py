"""Puts a folder on the path of the environment whose Python runs this: a .pth file in its site-packages."""

import sys
import sysconfig
from pathlib import Path

folder = Path(sys.argv[1])
Path(sysconfig.get_path("purelib"), f"{folder.name.lower()}.pth").write_text(f"{folder}\n", encoding="utf-8")
