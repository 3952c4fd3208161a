"""setup.sh: what it would run for each machine, what it refuses, and the pinned clone, made from a local repository."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="setup.sh is for Linux")

PYTORCH = "https://download.pytorch.org/whl"
KAOLIN = "https://nvidia-kaolin.s3.us-east-2.amazonaws.com"
PARTS = (
    *("upstream", "torch", "basic", "train", "xformers", "flash-attn", "diffoctreerast", "vox2seq"),
    *("spconv", "mipgaussian", "kaolin", "nvdiffrast"),
)


@pytest.fixture
def checkout(tmp_path: Path, repository: Path) -> Path:
    """Return a folder with what setup.sh reads, and nothing set up."""
    shutil.copy(repository / "setup.sh", tmp_path)
    shutil.copy(repository / "pyproject.toml", tmp_path)
    shutil.copytree(repository / "setup", tmp_path / "setup")
    return tmp_path


def setup(checkout: Path, *flags: str, cwd: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("FIGURINE_", "CONDA_"))}
    return subprocess.run(
        ["bash", str(checkout / "setup.sh"), *flags],
        cwd=cwd or checkout,
        env={**environment, "PYTHON": sys.executable, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )


def planned(checkout: Path, *flags: str, torch: str = "none", cuda: str = "12.8") -> tuple[list[str], str]:
    """Return what pip and git would be given, one string a command, and what was said beside it."""
    done = setup(checkout, "--dry-run", *flags, FIGURINE_TORCH=torch, FIGURINE_CUDA=cuda)
    assert done.returncode == 0, done.stderr
    commands = [shlex.split(line) for line in done.stdout.splitlines()]
    return [" ".join(short(words)) for words in commands], done.stderr


def short(words: list[str]) -> list[str]:
    """Return a command less the part that all of its kind share."""
    if words[1:4] == ["-m", "pip", "install"]:
        return ["pip", *(word for word in words[4:] if word not in {"--quiet", "--disable-pip-version-check"})]
    return [Path(words[0]).name, *words[1:]]


# ---- which build for which machine ----

XFORMERS = {
    ("2.4.0", "11.8"): f"pip xformers==0.0.27.post2 --index-url {PYTORCH}/cu118",
    ("2.4.0", "12.1"): f"pip xformers==0.0.27.post2 --index-url {PYTORCH}/cu121",
    ("2.4.1", "12.4"): f"pip xformers==0.0.28.post1 --index-url {PYTORCH}/cu124",
    ("2.5.1", "12.4"): f"pip xformers==0.0.28.post3 --index-url {PYTORCH}/cu124",
    ("2.6.0", "12.6"): f"pip xformers==0.0.29.post3 --index-url {PYTORCH}/cu126",
    ("2.8.0", "12.8"): f"pip xformers==0.0.32.post2 --index-url {PYTORCH}/cu128",
    ("2.10.0", "13.0"): f"pip xformers==0.0.35 --index-url {PYTORCH}/cu130",
    ("2.6.0", "12.1"): None,
    ("2.11.0", "13.0"): None,
    ("none", "12.4"): None,
    ("2.4.0", "none"): None,
}
SPCONV = {
    "11.8": "pip spconv-cu118==2.3.8",
    "12.0": "pip spconv-cu120==2.3.6",
    "12.1": "pip spconv-cu121==2.3.8",
    "12.2": "pip spconv-cu121==2.3.8",
    "12.4": "pip spconv-cu124==2.3.8",
    "12.8": "pip spconv-cu126==2.3.8 cumm-cu126==0.7.11",
    "13.0": "pip spconv-cu126==2.3.8 cumm-cu126==0.7.11",
    "10.2": None,
    "none": None,
}
KAOLIN_BUILDS = {
    ("2.4.0", "12.1"): f"pip kaolin==0.18.0 -f {KAOLIN}/torch-2.4.0_cu121.html",
    ("2.5.1", "12.9"): f"pip kaolin==0.18.0 -f {KAOLIN}/torch-2.5.1_cu129.html",
    ("2.8.0", "12.6"): f"pip kaolin==0.18.0 -f {KAOLIN}/torch-2.8.0_cu126.html",
    ("2.8.0", "11.8"): None,
    ("2.11.0", "13.0"): None,
}
TORCH_BUILDS = {
    "11.8": f"pip torch==2.4.0 torchvision==0.19.0 --index-url {PYTORCH}/cu118",
    "12.2": f"pip torch==2.5.1 torchvision==0.20.1 --index-url {PYTORCH}/cu121",
    "12.4": f"pip torch==2.6.0 torchvision==0.21.0 --index-url {PYTORCH}/cu124",
    "12.6": f"pip torch==2.10.0 torchvision==0.25.0 --index-url {PYTORCH}/cu126",
    "12.9": f"pip torch==2.10.0 torchvision==0.25.0 --index-url {PYTORCH}/cu128",
    "13.1": f"pip torch==2.11.0 torchvision==0.26.0 --index-url {PYTORCH}/cu130",
}


@pytest.mark.parametrize(("torch", "cuda", "wanted"), [(*key, value) for key, value in XFORMERS.items()])
def test_xformers_fits(checkout: Path, torch: str, cuda: str, wanted: str | None) -> None:
    assert_installs_or_skips(checkout, "xformers", torch, cuda, wanted)


@pytest.mark.parametrize(("cuda", "wanted"), SPCONV.items())
def test_spconv_fits(checkout: Path, cuda: str, wanted: str | None) -> None:
    assert_installs_or_skips(checkout, "spconv", "2.4.0", cuda, wanted)


@pytest.mark.parametrize(("torch", "cuda", "wanted"), [(*key, value) for key, value in KAOLIN_BUILDS.items()])
def test_kaolin_fits(checkout: Path, torch: str, cuda: str, wanted: str | None) -> None:
    assert_installs_or_skips(checkout, "kaolin", torch, cuda, wanted)


@pytest.mark.parametrize(("cuda", "wanted"), TORCH_BUILDS.items())
def test_torch_fits_the_driver(checkout: Path, cuda: str, wanted: str) -> None:
    assert_installs_or_skips(checkout, "torch", "none", cuda, wanted)


def assert_installs_or_skips(checkout: Path, part: str, torch: str, cuda: str, wanted: str | None) -> None:
    commands, said = planned(checkout, f"--{part}", torch=torch, cuda=cuda)
    assert commands[1:] == ([wanted] if wanted else [])
    assert (f"skipped {part}: " in said) is (wanted is None)


def test_torch_that_is_there_stays(checkout: Path) -> None:
    assert planned(checkout, "--torch", torch="2.7.1", cuda="12.6")[0][1:] == []


@pytest.mark.parametrize("part", ["flash-attn", "diffoctreerast", "mipgaussian", "nvdiffrast"])
def test_what_is_compiled_needs_torch_and_cuda(checkout: Path, part: str) -> None:
    commands, said = planned(checkout, f"--{part}", torch="2.4.0", cuda="12.1")
    assert [command.split()[1] for command in commands[1:]] == ["setuptools", "--no-build-isolation"]
    assert said == ""
    for torch, cuda in (("none", "12.1"), ("2.4.0", "none")):
        commands, said = planned(checkout, f"--{part}", torch=torch, cuda=cuda)
        assert (commands[1:], said.startswith(f"skipped {part}: ")) == ([], True)


def test_sources_are_pinned(checkout: Path) -> None:
    commands, _ = planned(checkout, *(f"--{part}" for part in PARTS), torch="2.4.0", cuda="12.1")
    sources = [word for command in commands for word in command.split() if word.startswith("git+")]
    assert len(sources) == 4
    assert all(re.search(r"\.git@([0-9a-f]{40}|v[0-9.]+)(#|$)", source) for source in sources), sources


# ---- the whole of --trellis ----


def test_trellis_on_a_new_machine(checkout: Path) -> None:
    commands, said = planned(checkout, "--trellis", torch="none", cuda="12.8")
    folder = str(checkout / "third_party" / "TRELLIS")
    assert commands[0] == f"{Path(commands[0].split()[0]).name} -m venv --clear {checkout / '.venv'}"
    assert commands[1:6] == [
        "pip -e .",
        f"git clone --quiet https://github.com/microsoft/TRELLIS.git {folder}",
        f"git -C {folder} fetch --quiet --no-recurse-submodules origin 6b0d64751ad54d9c32d7b05fec482eb29178f56f",
        f"git -C {folder} checkout --quiet --detach 6b0d64751ad54d9c32d7b05fec482eb29178f56f",
        f"git -C {folder} submodule --quiet update --init --recursive",
    ]
    assert commands[6] == f"python setup/add_to_path.py {folder}"
    assert commands[7] == TORCH_BUILDS["12.9"]
    assert commands[8].startswith("pip easydict ")
    assert commands[9:] == []
    assert [line.split(":")[0] for line in said.splitlines()] == [
        "skipped spconv, xformers, flash-attn and kaolin",
        "skipped nvdiffrast, diffoctreerast and mipgaussian",
    ]


def test_trellis_without_gpu_says_what_to_do(checkout: Path) -> None:
    commands, said = planned(checkout, "--trellis", torch="none", cuda="none")
    assert not [command for command in commands if "torch==" in command or "spconv" in command]
    assert "skipped torch: " in said
    assert "FIGURINE_CUDA=12.8" in said


def test_parts_add_to_a_goal(checkout: Path) -> None:
    alone, _ = planned(checkout, "--trellis", torch="2.4.0", cuda="12.1")
    more, _ = planned(checkout, "--nvdiffrast", "--trellis", torch="2.4.0", cuda="12.1")
    assert more[: len(alone)] == alone
    assert more[-1].startswith("pip --no-build-isolation git+https://github.com/NVlabs/nvdiffrast")


# ---- flags, places, nothing done ----


def test_help_lists_every_flag(checkout: Path) -> None:
    done = setup(checkout, "--help")
    listed = re.findall(r"^  (?:-h, )?--([a-z0-9-]+)  ", done.stdout, re.MULTILINE)
    assert done.returncode == 0
    assert listed == ["demo", "test", "trellis", "dry-run", "help", "new-env", *PARTS]


@pytest.mark.parametrize(
    "flags", [["--tset"], ["trellis"], ["--demo", "--test"], ["--", "-k", "x"], ["--demo", "--", "tests"], ["-x"]]
)
def test_wrong_flags_are_refused(checkout: Path, flags: list[str]) -> None:
    done = setup(checkout, *flags)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert sorted(path.name for path in checkout.iterdir()) == ["pyproject.toml", "setup", "setup.sh"]


@pytest.mark.parametrize("goal", [[], ["--demo"], ["--test"], ["--trellis"], ["--new-env", "--basic", "--train"]])
def test_dry_run_changes_nothing(checkout: Path, goal: list[str]) -> None:
    before = sorted(checkout.rglob("*"))
    assert setup(checkout, "--dry-run", *goal).returncode == 0
    assert sorted(checkout.rglob("*")) == before


def test_works_from_anywhere(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("else where")
    assert setup(checkout, "--dry-run", cwd=elsewhere).stdout == setup(checkout, "--dry-run").stdout
    assert list(elsewhere.iterdir()) == []


def test_arguments_go_to_pytest(checkout: Path) -> None:
    line = setup(checkout, "--dry-run", "--test", "--", "-k", "hull and not slow").stdout.splitlines()[-1]
    assert shlex.split(line)[1:] == ["-m", "pytest", "-k", "hull and not slow"]


def test_tests_bring_torch_unless_there_is_one(checkout: Path) -> None:
    assert "pip torch==2.13.0" in planned(checkout, "--test")[0]
    assert "pip torch==2.13.0" not in planned(checkout, "--test", torch="2.10.0")[0]
    assert "pip torch==2.13.0" not in planned(checkout)[0] + planned(checkout, "--demo")[0]


def test_is_not_sourced(checkout: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", f". {shlex.quote(str(checkout / 'setup.sh'))} --basic; echo $? alive"],
        capture_output=True,
        text=True,
    )
    assert done.stdout == "2 alive\n"


def test_python_that_is_too_old_or_missing(checkout: Path) -> None:
    done = setup(checkout, PYTHON="no-such-python")
    assert done.returncode == 3
    assert "PYTHON=/path/to/python3" in done.stderr


def test_new_env_without_conda_is_the_venv(checkout: Path, tmp_path: Path) -> None:
    tools = tools_without_conda(tmp_path / "bin")
    done = setup(checkout, "--dry-run", "--new-env", "--train", PATH=str(tools))
    assert done.stderr.splitlines()[0].startswith("skipped conda environment trellis: ")
    assert f"{checkout}/.venv/bin/python -m pip" in done.stdout


def tools_without_conda(folder: Path) -> Path:
    """Return a folder with links to the programs that setup.sh calls, to be the whole of PATH."""
    folder.mkdir()
    for name in ("bash", "cat", "cksum", "dirname", "git", "id", "sed"):
        (folder / name).symlink_to(str(shutil.which(name)))
    return folder


def test_new_env_with_conda_installs_there(checkout: Path, tmp_path: Path) -> None:
    conda = tools_without_conda(tmp_path / "bin") / "conda"
    conda.write_text(
        f"#!/usr/bin/env bash\necho {tmp_path}/conda\n"
    )  # all that a dry run asks of it: conda info --base
    conda.chmod(0o755)
    done = setup(checkout, "--dry-run", "--new-env", "--train", PATH=str(conda.parent))
    lines = done.stdout.splitlines()
    assert lines[0] == "conda create --yes --quiet --name trellis python=3.11"
    assert lines[1].startswith(f"{tmp_path}/conda/envs/trellis/bin/python -m pip install ")


def test_shellcheck_finds_nothing(repository: Path) -> None:
    if not shutil.which("shellcheck"):
        pytest.skip("shellcheck is not installed")
    done = subprocess.run(["shellcheck", "-x", "setup.sh", ".ci/run"], cwd=repository, capture_output=True, text=True)
    assert done.stdout == ""


def test_after_setup_there_is_nothing_to_do(repository: Path) -> None:
    if not (repository / ".venv" / ".figurine-dev").is_file() or ".venv" not in sys.prefix:
        pytest.skip("this checkout was not set up by ./setup.sh --test")
    assert not [
        line
        for line in setup(repository, "--dry-run", "--test").stdout.splitlines()
        if "venv --clear" in line or "pip" in line
    ]


# ---- the pinned clone ----


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-c", "protocol.file.allow=always", *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()


def commit(folder: Path, file: str, text: str) -> str:
    (folder / file).parent.mkdir(parents=True, exist_ok=True)
    (folder / file).write_text(text)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "change")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def upstream(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str, str]:
    """Return the address of a repository like TRELLIS's, with a submodule, and two of its older commits."""
    folder = tmp_path_factory.mktemp("upstream")
    part, whole = folder / "FlexiCubes", folder / "TRELLIS"
    for repository in (part, whole):
        repository.mkdir()
        git(repository, "init", "-q")
    commit(part, "tables.py", "EDGES = 12\n")
    git(whole, "submodule", "--quiet", "add", part.as_uri(), "trellis/mesh/flexicubes")
    first = commit(whole, "trellis/__init__.py", "VERSION = 1\n")
    commit(part, "tables.py", "EDGES = 13\n")
    git(whole / "trellis/mesh/flexicubes", "pull", "-q", "origin", "HEAD")
    second = commit(whole, "trellis/__init__.py", "VERSION = 2\n")
    commit(whole, "trellis/__init__.py", "VERSION = 3\n")
    return whole.as_uri(), first, second


def test_clones_pins_and_puts_trellis_on_the_path(checkout: Path, upstream: tuple[str, str, str]) -> None:
    url, first, second = upstream
    clone = checkout / "third_party" / "TRELLIS"
    for version, pin in enumerate((first, second), start=1):
        where = {"FIGURINE_TRELLIS_URL": url, "FIGURINE_TRELLIS_COMMIT": pin}
        done = setup(checkout, "--upstream", **where)
        assert done.returncode == 0, done.stderr
        assert git(clone, "rev-parse", "HEAD") == pin
        assert (clone / "trellis/mesh/flexicubes/tables.py").read_text() == f"EDGES = {11 + version}\n"
        program = "import trellis, trellis.mesh.flexicubes.tables as t; print(trellis.VERSION, t.EDGES)"
        found = subprocess.run([checkout / ".venv/bin/python", "-c", program], cwd="/", capture_output=True, text=True)
        assert found.stdout.split() == [str(version), str(11 + version)]
        again = setup(checkout, "--upstream", "--dry-run", **where)
        assert (again.returncode, again.stdout) == (0, "")
    git(clone, "submodule", "--quiet", "deinit", "--all", "--force")
    assert setup(checkout, "--upstream", **where).returncode == 0
    assert (clone / "trellis/mesh/flexicubes/tables.py").is_file()
