#!/usr/bin/env bash
# Sets figurine up, and again in a second or two. ./setup.sh --help lists what it can do.
if [ "${BASH_SOURCE[0]}" != "$0" ]; then
    echo "setup.sh is run, not sourced: ./setup.sh $*" >&2
    return 2
fi
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
ROOT=$PWD

usage() {
    cat <<'HELP'
usage: ./setup.sh [--demo | --test [-- PYTEST ARGUMENTS] | --trellis] [--dry-run]

  (no flag)         make .venv with the core: all that needs no GPU and no key
  --demo            the same, then turn an example's pictures into a figurine in runs/demo
  --test            the same, then lint, type check and tests; arguments after -- go to pytest, alone
  --trellis         the same, then what the TRELLIS generator needs on a machine with an NVIDIA GPU
  --dry-run         print the commands, one a line, and run none of them
  -h, --help        this text

Advanced, for people who come from TRELLIS. Each installs only what it names, in this order:
  --new-env         make the conda environment `trellis` and install there (.venv where conda is not found)
  --upstream        TRELLIS itself at the commit we know, in third_party/TRELLIS, on the environment's path
  --torch           PyTorch for the CUDA of the driver, unless PyTorch is there
  --basic           the Python packages of TRELLIS's whole pipeline
  --train           the Python packages of TRELLIS's training
  --xformers        attention kernels: the build that fits the PyTorch found
  --flash-attn      attention kernels, from source where their maker has no build
  --diffoctreerast  renderer of radiance fields
  --vox2seq         voxel orders for serialised attention
  --spconv          sparse convolutions
  --mipgaussian     renderer of Gaussians (not for commercial use)
  --kaolin          NVIDIA's 3D library
  --nvdiffrast      NVIDIA's rasteriser (not for commercial use)

Environment: PYTHON names the Python to build .venv from (3.11 or newer). FIGURINE_TORCH and FIGURINE_CUDA
(as 2.4.0 and 12.1) stand in for what would be found. FIGURINE_TRELLIS_URL is where TRELLIS is cloned from.
HELP
}

# ---- saying and doing ----

say() { printf '%s\n' "$*" >&2; }
announce() { if [ "$DRY_RUN" = no ]; then say "$@"; fi; }
skip() { say "skipped $1: $2"; }
die() { say "setup.sh: $1"; exit "${2:-3}"; }

quoted() { # quoted WORD...: prints one line that a shell reads back as these words
    local word line=""
    for word; do
        if [[ ! $word =~ ^[a-zA-Z0-9_./:=@%+,-]+$ ]]; then word=${word@Q}; fi
        line+="$word "
    done
    printf '%s\n' "${line% }"
}

run() {
    if [ "$DRY_RUN" = yes ]; then
        quoted "$@"
    else
        "$@"
    fi
}

# ---- Debian packages ----

apt_install() { # apt_install PACKAGE...: true when they are there afterwards
    local as_root=()
    command -v apt-get > /dev/null || return 1
    if [ "$(id -u)" != 0 ]; then
        command -v sudo > /dev/null || return 1
        as_root=(sudo)
    fi
    announce "installing Debian's $*"
    run "${as_root[@]}" apt-get update -qq &&
        run "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}

# ---- the environment ----

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; }

find_python() {
    local name
    for name in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
        if is_new_enough "$name"; then
            command -v "$name"
            return
        fi
    done
    die "no Python 3.11 or newer found${PYTHON:+ under the name $PYTHON}: install one (Debian 12: apt install python3 python3-venv), or name it: PYTHON=/path/to/python3 ./setup.sh"
}

make_venv() {
    local base
    ENVIRONMENT=$ROOT/.venv
    ENV_PYTHON=$ENVIRONMENT/bin/python
    if is_new_enough "$ENV_PYTHON" && "$ENV_PYTHON" -c 'import pip' 2> /dev/null; then return; fi
    base=$(find_python)
    if ! "$base" -c 'import ensurepip, venv' 2> /dev/null; then
        apt_install python3-venv || die "$base cannot make environments: install Debian's python3-venv as root"
    fi
    run "$base" -m venv --clear "$ENVIRONMENT"
}

choose_environment() { # the conda environment where that is asked for or active, else .venv
    if is_asked new-env || [ "${CONDA_DEFAULT_ENV:-}" = trellis ]; then use_conda && return; fi
    make_venv
}

use_conda() {
    local base
    if ! command -v conda > /dev/null; then
        skip "conda environment trellis" "conda is not found; using .venv"
        return 1
    fi
    base=$(conda info --base)
    ENVIRONMENT=$base/envs/trellis
    ENV_PYTHON=$ENVIRONMENT/bin/python
    if ! is_new_enough "$ENV_PYTHON"; then run conda create --yes --quiet --name trellis python=3.11; fi
}

pip_install() { run "$ENV_PYTHON" -m pip install --quiet --disable-pip-version-check "$@"; }

install_figurine() { # install_figurine [EXTRA]: nothing to do while packages, viewer, Python and place are those of last time
    local stamp=$ENVIRONMENT/.figurine${1:+-$1} state
    state=$({ cat pyproject.toml setup.py fab/report/viewer/{package.json,package-lock.json,build.mjs,src/*}; pwd; "$ENV_PYTHON" -VV || true; } 2> /dev/null | cksum)
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$state" ]; then return; fi
    command -v npm > /dev/null || apt_install npm || true # it builds the 3D view of the reports
    announce "installing figurine${1:+ with what its tests need} into $ENVIRONMENT (a minute or two the first time)"
    pip_install -e ".${1:+[$1]}"
    if [ "$DRY_RUN" = no ] && [ ! -f fab/report/viewer/dist/viewer.js ]; then
        skip "the 3D view in reports" "npm is missing or could not build it; each report says how to"
    fi
    if [ "$DRY_RUN" = no ]; then printf '%s\n' "$state" > "$stamp"; fi
}

# ---- what can be asked for ----

setup_core() {
    install_figurine
    announce "ready: $ENVIRONMENT/bin/figurine --help"
}

setup_demo() {
    install_figurine
    announce "the demo's files go to $ROOT/runs/demo"
    run "$ENVIRONMENT/bin/figurine" make --views examples/cat/{front,back,left,right}.png \
        --height 80 --printer "A1 mini" --colours 4 -o runs/demo
}

setup_test() {
    install_figurine dev
    install_torch_for_tests
    if [ $# -gt 0 ]; then
        run "$ENV_PYTHON" -m pytest "$@"
        return
    fi
    install_missing_for_tests
    run "$ENV_PYTHON" -m ruff check
    run "$ENV_PYTHON" -m ruff format --check
    run "$ENV_PYTHON" -m mypy
    run "$ENV_PYTHON" -m pytest -m "$(marks_to_run)"
}

install_torch_for_tests() { # any PyTorch that is there stays: it may be the one for the GPU
    local torch=${FIGURINE_TORCH:-none}
    if [ "$torch" = none ] && ! "$ENV_PYTHON" -c 'import importlib.util as u, sys; sys.exit(not u.find_spec("torch"))' 2> /dev/null; then
        announce "installing PyTorch, which the tests of sampling need"
        pip_install "$TORCH_FOR_TESTS"
    fi
}

missing_for_tests() { # prints the Debian packages that are not there: programs that tests ask, and a library of pymeshlab
    local program
    for program in prusa-slicer admesh shellcheck chromium; do command -v "$program" > /dev/null || printf '%s\n' "$program"; done
    "$ENV_PYTHON" -c 'import ctypes; ctypes.CDLL("libOpenGL.so.0")' 2> /dev/null || printf 'libopengl0\n'
}

install_missing_for_tests() {
    local missing package
    missing=$(missing_for_tests)
    # shellcheck disable=SC2086 # several packages
    if [ -z "$missing" ] || { apt_install $missing && [ "$DRY_RUN" = yes ]; }; then return; fi
    for package in $(missing_for_tests); do
        skip "what is tested with $package" "it is not installed and apt-get as root could not install it"
    done
}

marks_to_run() {
    local without=""
    case $(missing_for_tests) in *prusa-slicer* | *admesh*) without+=" and not slicer" ;; esac
    if [[ $(missing_for_tests) == *chromium* || ! -f fab/report/viewer/dist/viewer.js ]]; then without+=" and not browser"; fi
    printf '%s' "not gpu and not slow$without"
}

# ---- the command line ----

ALL_PARTS="upstream torch basic train xformers flash-attn diffoctreerast vox2seq spconv mipgaussian kaolin nvdiffrast"
DRY_RUN=no GOAL="" PARTS=" " PYTEST_ARGUMENTS=()
TORCH_FOR_TESTS=torch==2.13.0

parse() {
    while [ $# -gt 0 ]; do
        case $1 in
            -h | --help) usage; exit ;;
            --dry-run) DRY_RUN=yes ;;
            --demo | --test | --trellis) set_goal "${1#--}" ;;
            --) shift; PYTEST_ARGUMENTS=("$@"); break ;;
            *) add_part "${1#--}" ;;
        esac
        shift
    done
    if [ ${#PYTEST_ARGUMENTS[@]} -gt 0 ] && [ "$GOAL" != test ]; then die "arguments after -- go with --test" 2; fi
}

set_goal() {
    if [ -n "$GOAL" ] && [ "$GOAL" != "$1" ]; then die "--$GOAL and --$1: name one of them" 2; fi
    GOAL=$1
}

add_part() {
    case " new-env $ALL_PARTS " in
        *" $1 "*) PARTS+="$1 " ;;
        *) die "unknown flag --$1; ./setup.sh --help lists the flags" 2 ;;
    esac
}

is_asked() { [[ $PARTS == *" $1 "* ]]; }

main() {
    local part
    parse "$@"
    # shellcheck source=setup/trellis.sh
    . setup/trellis.sh
    choose_environment
    case $GOAL in
        "") if [ "$PARTS" = " " ] || [ "$PARTS" = " new-env " ]; then setup_core; fi ;;
        test) setup_test "${PYTEST_ARGUMENTS[@]}" ;;
        *) "setup_$GOAL" ;;
    esac
    if [ "$PARTS" != " " ] && [ "$GOAL" != trellis ]; then detect; fi
    for part in $ALL_PARTS; do
        if is_asked "$part"; then "setup_${part//-/_}"; fi
    done
}

main "$@"
