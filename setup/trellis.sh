# shellcheck shell=bash disable=SC2153 # the rest of the variables are setup.sh's, which reads this file
# What a machine with an NVIDIA GPU needs for TRELLIS. Which build fits which PyTorch and CUDA stands in wheels.txt.

TRELLIS_URL=${FIGURINE_TRELLIS_URL:-https://github.com/microsoft/TRELLIS.git}
TRELLIS_COMMIT=${FIGURINE_TRELLIS_COMMIT:-6b0d64751ad54d9c32d7b05fec482eb29178f56f}
TRELLIS_FOLDER=$ROOT/third_party/TRELLIS

UTILS3D=git+https://github.com/EasternJournalist/utils3d.git@9a4eb15e4021b67b12c460c7057d642626897ec8
NVDIFFRAST=git+https://github.com/NVlabs/nvdiffrast.git@v0.4.0
DIFFOCTREERAST=git+https://github.com/JeffreyXiang/diffoctreerast.git@b09c20b84ec3aace4729e6e18a613112320eca3a
MIP_SPLATTING=git+https://github.com/autonomousvision/mip-splatting.git@dda02ab5ecf45d6edb8c540d9bb65c7e451345a9

# ---- what is here ----

detect() { # sets TORCH (2.4.0 or none) and CUDA (that PyTorch was built for, else the driver's, else none)
    TORCH=${FIGURINE_TORCH:-} CUDA=${FIGURINE_CUDA:-}
    if [ -z "$TORCH" ]; then
        TORCH=$("$ENV_PYTHON" -c 'import torch; print(torch.__version__.split("+")[0])' 2> /dev/null) || TORCH=none
    fi
    if [ -z "$CUDA" ] && [ "$TORCH" != none ]; then
        CUDA=$("$ENV_PYTHON" -c 'import torch; print(torch.version.cuda or "none")' 2> /dev/null) || CUDA=none
    elif [ -z "$CUDA" ]; then
        CUDA=$(nvidia-smi 2> /dev/null | sed -n 's/.*CUDA Version: *\([0-9.]*\).*/\1/p') || true
    fi
    CUDA=${CUDA:-none}
}

has_compiler() { [ -n "${FIGURINE_CUDA:-}" ] || command -v nvcc > /dev/null; }

found() { if [ "$TORCH" = none ]; then printf 'CUDA %s' "$CUDA"; else printf 'torch %s + CUDA %s' "${TORCH%.*}" "$CUDA"; fi; }

wheel_for() { # wheel_for PACKAGE: prints what pip is given, from the first row of the table that fits; false when none does
    local package torch cuda arguments
    while read -r package torch cuda arguments; do
        # shellcheck disable=SC2053 # patterns on purpose
        if [ "$package" = "$1" ] && [[ $TORCH == @($torch) && $CUDA == @($cuda) ]]; then
            arguments=${arguments//'{torch}'/$TORCH}
            printf '%s' "${arguments//'{cu}'/cu${CUDA//./}}"
            return
        fi
    done < setup/wheels.txt
    return 1
}

install_once() { # install_once PIP ARGUMENTS: nothing to do where the same was installed before, for the same PyTorch and CUDA
    local done_before=$ENVIRONMENT/.figurine-trellis line
    line="$(found): $*"
    if grep -qxF -- "$line" "$done_before" 2> /dev/null; then return; fi
    pip_install "$@"
    if [ "$DRY_RUN" = no ]; then printf '%s\n' "$line" >> "$done_before"; fi
}

install_wheel() { # install_wheel PACKAGE WHAT-ELSE
    local arguments
    if arguments=$(wheel_for "$1"); then
        # shellcheck disable=SC2086 # several arguments
        install_once $arguments
    else
        skip "$1" "no wheel for $(found)${2:+; $2}"
    fi
}

build_extension() { # build_extension NAME SOURCE: compiled here against the PyTorch that is here
    if [ "$CUDA" = none ] || [ "$TORCH" = none ]; then
        skip "$1" "it is compiled against PyTorch with CUDA, found $(found)"
    elif ! has_compiler; then
        skip "$1" "it is compiled with nvcc, which is not on the path: install the CUDA toolkit $CUDA"
    else
        install_once setuptools wheel ninja packaging psutil
        install_once --no-build-isolation "$2"
    fi
}

# ---- the parts ----

setup_upstream() {
    local may_copy=()
    case $TRELLIS_URL in file://*) may_copy=(-c protocol.file.allow=always) ;; esac
    if [ ! -d "$TRELLIS_FOLDER/.git" ]; then run git clone --quiet "$TRELLIS_URL" "$TRELLIS_FOLDER"; fi
    if ! is_checked_out; then
        run git -C "$TRELLIS_FOLDER" fetch --quiet --no-recurse-submodules origin "$TRELLIS_COMMIT"
        run git -C "$TRELLIS_FOLDER" checkout --quiet --detach "$TRELLIS_COMMIT"
        run git "${may_copy[@]}" -C "$TRELLIS_FOLDER" submodule --quiet update --init --recursive
    fi
    if ! is_on_path; then run "$ENV_PYTHON" setup/add_to_path.py "$TRELLIS_FOLDER"; fi
}

is_checked_out() { # at the pinned commit, with every submodule at its own
    [ "$(git -C "$TRELLIS_FOLDER" rev-parse --verify --quiet HEAD 2> /dev/null)" = "$TRELLIS_COMMIT" ] &&
        ! git -C "$TRELLIS_FOLDER" submodule status --recursive | grep -q '^[-+U]'
}

is_on_path() { "$ENV_PYTHON" -c 'import sys; sys.exit(sys.argv[1] not in sys.path)' "$TRELLIS_FOLDER" 2> /dev/null; }

setup_torch() {
    local arguments
    if [ "$TORCH" != none ]; then return; fi
    if [ "$CUDA" = none ]; then
        skip torch "no NVIDIA driver found; to set up for a machine that has one, say its CUDA: FIGURINE_CUDA=12.8"
        return
    fi
    if ! arguments=$(wheel_for torch); then
        skip torch "no build for CUDA $CUDA: update the driver, or install PyTorch by hand"
        return
    fi
    # shellcheck disable=SC2086 # several arguments
    pip_install $arguments
    TORCH=${arguments#torch==} TORCH=${TORCH%% *}
    CUDA=${arguments##*/cu} CUDA=${CUDA%?}.${CUDA: -1}
}

setup_packages() { install_once easydict tqdm huggingface_hub safetensors transformers; }

setup_basic() {
    setup_packages
    install_once plyfile "$UTILS3D" imageio imageio-ffmpeg ninja rembg onnxruntime open3d xatlas pyvista pymeshfix igraph
}

setup_train() {
    install_once tensorboard pandas lpips matplotlib
    skip pillow-simd "it replaces the Pillow that figurine needs with an older one"
}

setup_xformers() { install_wheel xformers "attention runs on torch's own kernels"; }

setup_flash_attn() { build_extension flash-attn flash-attn==2.8.3; }

setup_spconv() { install_wheel spconv; }

setup_kaolin() { install_wheel kaolin "TRELLIS calls one argument check of it"; }

setup_nvdiffrast() { build_extension nvdiffrast "$NVDIFFRAST"; }

setup_diffoctreerast() { build_extension diffoctreerast "$DIFFOCTREERAST"; }

setup_mipgaussian() { build_extension mipgaussian "$MIP_SPLATTING#subdirectory=submodules/diff-gaussian-rasterization"; }

setup_vox2seq() { skip vox2seq "its source, extensions/vox2seq, is not in TRELLIS's repository at this commit, and no published model uses it"; }

setup_trellis() {
    install_figurine
    setup_upstream
    detect
    setup_torch
    setup_packages
    skip "spconv, xformers, flash-attn and kaolin" "shapes are made on torch's own kernels"
    skip "nvdiffrast, diffoctreerast and mipgaussian" "they draw previews, which a print does not need"
    announce "ready: $ENVIRONMENT/bin/figurine doctor says what TRELLIS still lacks"
}
