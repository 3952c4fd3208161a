"""Prepare every mesh of a folder through the command line, and print what became of each.

    python bench/corpus.py FOLDER [--judge JUDGE.py --judge-python PYTHON] [--jobs 1] [--only TEXT] [--out DIR]

One line a file: exit status, verdict or error, seconds and peak memory of the call (`/proc` of the child), and, where
an outside judge is given, whether it accepts `figurine repair IN OUT` of the same file. Ends with the counts.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

SUFFIXES = {".stl", ".obj", ".ply", ".off", ".glb", ".gltf", ".3mf"}


@dataclass(frozen=True)
class Run:
    """One call: exit status, last line said, seconds by the clock and of CPU, peak memory in MB."""

    status: int
    said: str
    seconds: float
    cpu_s: float
    peak_mb: float


def call(arguments: list[str], timeout_s: float = 600.0) -> Run:
    """Return how a child process went; its CPU time comes from wait4, its peak memory from `/proc`."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        started, peak_mb = time.perf_counter(), 0.0
        child = subprocess.Popen(arguments, stdout=out, stderr=err)
        deadline = started + timeout_s
        while (ended := os.wait4(child.pid, os.WNOHANG))[0] == 0:
            peak_mb = max(peak_mb, peak_memory_mb(child.pid))
            if time.perf_counter() > deadline:
                child.kill()
            time.sleep(0.05)
        out.seek(0)
        err.seek(0)
        lines = (err.read().strip() or out.read().strip()).splitlines()
        seconds = time.perf_counter() - started
        status, cpu_s = os.waitstatus_to_exitcode(ended[1]), ended[2].ru_utime + ended[2].ru_stime
        return Run(status, lines[-1] if lines else "", seconds, cpu_s, peak_mb)


def peak_memory_mb(process: int) -> float:
    """Return the most memory a process has held so far, in MB, 0 of one that has ended.

    What wait4 says instead counts what the parent held when it forked.
    """
    status = Path(f"/proc/{process}/status").read_text().splitlines()
    return max((int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM")), default=0.0)


def prepare(model: Path, out: Path) -> tuple[Run, str]:
    """Return how `figurine prepare` went, and the verdict it reached."""
    run = call([sys.executable, "-m", "figurine", "prepare", "-q", str(model), "-o", str(out)])
    report = out / "report.json"
    return run, json.loads(report.read_text())["verdict_text"] if report.is_file() else run.said


def judged(model: Path, out: Path, judge: Path, python: str) -> tuple[Run, str]:
    """Return how `figurine repair` went, and what the judge says of its output."""
    mended = out / "mended.stl"
    run = call([sys.executable, "-m", "figurine", "repair", "-q", str(model), str(mended)])
    if run.status:
        return run, run.said
    verdict = subprocess.run(
        [python, str(judge), str(model), str(mended), "--samples", "20000"], capture_output=True, text=True, check=False
    )
    answer = (
        json.loads(verdict.stdout.strip().splitlines()[-1]) if verdict.stdout.strip() else {"error": verdict.stderr}
    )
    word = "accepted" if verdict.returncode == 0 else "REFUSED"
    keys = ("closed", "oriented", "manifold", "crossings", "nesting", "bodies", "coverage", "fidelity", "error")
    return run, f"{word} {json.dumps({key: answer[key] for key in keys if key in answer})}"


def examine(model: Path, arguments: argparse.Namespace) -> list[str]:
    """Return the lines on one file."""
    out = Path(arguments.out or tempfile.mkdtemp()) / model.name
    out.mkdir(parents=True, exist_ok=True)
    run, verdict = prepare(model, out)
    lines = [f"{model.name:44} exit {run.status} {run.seconds:6.1f} s {run.peak_mb:6.0f} MB  {verdict}"]
    if arguments.judge:
        mend, said = judged(model, out, arguments.judge, arguments.judge_python)
        lines.append(f"{'':44} mend {mend.status} {mend.seconds:6.1f} s {mend.peak_mb:6.0f} MB  {said}")
    return lines


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--judge", type=Path)
    parser.add_argument("--judge-python", default=sys.executable)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--out")
    arguments = parser.parse_args()
    models = sorted(p for p in arguments.folder.rglob("*") if p.suffix.lower() in SUFFIXES and arguments.only in p.name)
    statuses: dict[str, int] = {}
    with ThreadPoolExecutor(arguments.jobs) as pool:
        for lines in pool.map(lambda model: examine(model, arguments), models):
            print(*lines, sep="\n", flush=True)
            for line in lines:
                kind = " ".join(line[44:].split()[:2]) + (" " + line.split()[-1] if "REFUSED" in line else "")
                statuses[kind] = statuses.get(kind, 0) + 1
    print(f"{len(models)} files:", ", ".join(f"{count} × {kind}" for kind, count in sorted(statuses.items())))


if __name__ == "__main__":
    main()
