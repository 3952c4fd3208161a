"""Writes a checkpoint of TRELLIS with the real architecture and random weights, for machines without the real one.

    python -m bench.trellis_checkpoint FOLDER [--tiny] [--device cuda]

The configurations are those published with upstream's code. Weights are random but for the last layers, which are
fitted to one made-up body, a ball with a nose on its front: so that what comes out is a body of about as many voxels
as real ones have, and everything after the model can be tried. It says nothing about how real results look.
`--tiny` writes the same architecture a few channels wide, for tests on a CPU.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from generate.backends.trellis import upstream
from sampling.schedule import rescaled_times

FLOW = {"in_channels": 8, "out_channels": 8, "mlp_ratio": 4, "pe_mode": "ape", "qk_rms_norm": True}
GAUSSIANS = {
    "lr": {"_xyz": 1.0, "_features_dc": 1.0, "_opacity": 1.0, "_scaling": 1.0, "_rotation": 0.1},
    "perturb_offset": True,
    "voxel_size": 1.5,
    "num_gaussians": 32,
    "2d_filter_kernel_size": 0.1,
    "3d_filter_kernel_size": 9e-4,
    "scaling_bias": 4e-3,
    "opacity_bias": 0.1,
    "scaling_activation": "softplus",
}
MEAN = (-2.1687546, -0.004347046, -0.13352349, -0.084180728, -0.52712065, 0.72386891, -1.1414450, 1.2039363)
STD = (2.3776507, 2.3863783, 2.1244180, 2.1748552, 2.6639447, 2.3711922, 2.6217446, 2.6845231)
NAMES = {
    "sparse_structure_decoder": "ckpts/ss_dec_conv3d_16l8_fp16",
    "sparse_structure_flow_model": "ckpts/ss_flow_img_dit_L_16l8_fp16",
    "slat_decoder_mesh": "ckpts/slat_dec_mesh_swin8_B_64l8m256c_fp16",
    "slat_flow_model": "ckpts/slat_flow_img_dit_L_64l8p2_fp16",
}


def configurations(tiny: bool) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return class name and arguments of each model, as published, or a few channels wide on a grid of 16."""
    wide: dict[str, Any] = {"model_channels": 1024, "cond_channels": 1024, "num_blocks": 24, "num_heads": 16}
    narrow: dict[str, Any] = {"model_channels": 64, "cond_channels": 32, "num_blocks": 2, "num_heads": 2}
    flow = FLOW | (narrow if tiny else wide) | {"use_fp16": not tiny}
    decoder: dict[str, Any] = {"model_channels": 256, "num_blocks": 2, "num_heads": 4} if tiny else {
        "model_channels": 768, "num_blocks": 12, "num_heads": 12
    }  # fmt: skip
    decoder |= {"latent_channels": 8, "mlp_ratio": 4, "attn_mode": "swin", "window_size": 8, "use_fp16": not tiny}
    side = 16 if tiny else 64
    structure = {"out_channels": 1, "latent_channels": 8, "num_res_blocks": 1 if tiny else 2}
    structure |= {"num_res_blocks_middle": 1 if tiny else 2, "channels": [32, 16, 8] if tiny else [512, 128, 32]}
    io = {"patch_size": 2, "num_io_res_blocks": 2, "io_block_channels": [16] if tiny else [128]}
    return {
        "sparse_structure_decoder": ("SparseStructureDecoder", structure | {"use_fp16": not tiny}),
        "sparse_structure_flow_model": ("SparseStructureFlowModel", flow | {"resolution": side // 4, "patch_size": 1}),
        "slat_decoder_mesh": (
            "ElasticSLatMeshDecoder",
            decoder | {"resolution": side, "representation_config": {"use_color": True}},
        ),
        "slat_flow_model": ("ElasticSLatFlowModel", flow | {"resolution": side} | io),
    }


def write_checkpoint(folder: Path, *, tiny: bool = False, device: str = "cpu", seed: int = 0) -> Path:
    """Return the folder, with `pipeline.json`, the models and the image encoder in it."""
    from safetensors.torch import save_file

    torch.manual_seed(seed)
    (folder / "ckpts").mkdir(parents=True, exist_ok=True)
    models = {}
    for key, (name, arguments) in configurations(tiny).items():
        with torch.device(device), upstream.meshes_on(device):
            models[key] = upstream.model_class(name)(**arguments).eval().requires_grad_(False)
        _randomise(models[key])
    _fit(models, device)
    for key, (name, arguments) in configurations(tiny).items():
        path = folder / NAMES[key]
        path.with_suffix(".json").write_text(json.dumps({"name": name, "args": arguments}, indent=2) + "\n")
        state = {tensor: value.contiguous().cpu() for tensor, value in models[key].state_dict().items()}
        save_file(state, path.with_suffix(".safetensors"))
    sampler = {"name": "FlowEulerGuidanceIntervalSampler", "args": {"sigma_min": 1e-5}}
    sampler |= {"params": {"steps": 25, "cfg_strength": 5.0, "cfg_interval": [0.5, 1.0], "rescale_t": 3.0}}
    arguments = {"models": NAMES, "sparse_structure_sampler": sampler, "slat_sampler": sampler}
    arguments |= {"slat_normalization": {"mean": MEAN, "std": STD}, "image_cond_model": "dinov2_vitl14_reg"}
    pipeline = {"name": "TrellisImageTo3DPipeline", "args": arguments}
    (folder / "pipeline.json").write_text(json.dumps(pipeline, indent=2) + "\n")
    _write_encoder(folder / "image_encoder", tiny)
    return folder


def _write_encoder(folder: Path, tiny: bool) -> None:
    from transformers import Dinov2WithRegistersConfig, Dinov2WithRegistersModel

    wide = {"hidden_size": 1024, "num_hidden_layers": 24, "num_attention_heads": 16}
    narrow = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    shape = narrow if tiny else wide
    configuration = Dinov2WithRegistersConfig(image_size=518, patch_size=14, num_register_tokens=4, **shape)
    Dinov2WithRegistersModel(configuration).save_pretrained(folder)


def _randomise(model: nn.Module) -> None:
    """Return nothing; give layers that upstream starts at zero small random weights, so that every part takes part."""
    for parameter in model.parameters():
        if parameter.ndim > 1 and not parameter.any():
            parameter.copy_(torch.randn(parameter.shape, device=parameter.device) * 0.2 / parameter[0].numel() ** 0.5)


# ---- the made-up body ----


def body(points: Tensor) -> Tensor:
    """Return the signed distance (n,) of points (n, 3) in [-0.5, 0.5]³ from a ball with a nose towards -Y."""
    ball = points.norm(dim=1) - 0.24
    nose = (points - points.new_tensor([0.0, -0.26, 0.05])).norm(dim=1) - 0.08
    return torch.minimum(ball, nose)


def centres(side: int, device: str) -> Tensor:
    """Return the centres of side³ cells, (side³, 3) in [-0.5, 0.5]."""
    axis = (torch.arange(side, device=device) + 0.5) / side - 0.5
    return torch.stack(torch.meshgrid(axis, axis, axis, indexing="ij"), dim=-1).reshape(-1, 3)


def _fit(models: dict[str, Any], device: str) -> None:
    """Return nothing; fit last layers so that noise flows to the body, and latents decode to its surface."""
    flow, decoder = models["sparse_structure_flow_model"], models["sparse_structure_decoder"]
    side = flow.resolution
    points = centres(side, device)
    target = torch.cat([body(points)[:, None] * 4, points * 2, (points * 6).sin(), points[:, :1] * 0], dim=1)
    louder = 4 if side == 16 else 1  # well above what is left of the noise in the end; a tiny model does without
    latent = louder * target.T.reshape(1, 8, side, side, side)
    _fit_flow(flow, latent, device)
    _fit_structure_decoder(decoder, latent, device)
    occupied = decoder(latent)[:, 0] > 0
    _fit_mesh_decoder(models["slat_decoder_mesh"], torch.argwhere(occupied).int())


def _fit_flow(flow: Any, latent: Tensor, device: str) -> None:
    is_real = flow.resolution == 16
    for block in flow.blocks if is_real else ():
        block.cross_attn.to_out.weight.mul_(0.0)  # what pictures say is noise, and guidance would blow it up
    rows, wanted = [], []
    for t in (1.0, 0.95, 0.9, 0.8, 0.7, 0.5, 0.3, 0.15):
        noise = torch.randn_like(latent)
        rows.append(_features(flow, (1 - t) * latent + t * noise, t, device))
        wanted.append((noise - latent).flatten(2)[0].T)
    _solve(flow.out_layer, torch.cat(rows), torch.cat(wanted))
    for steps in (25, 25, 25) if is_real else ():  # from where it strays to, too
        x = torch.randn_like(latent)
        for t, t_next in pairwise(rescaled_times(steps, 3.0)):
            rows.append(_features(flow, x, t, device))
            wanted.append(((x - latent) / t).flatten(2)[0].T)
            velocity = flow.out_layer(rows[-1]).T.reshape(latent.shape)
            x = x - float(t - t_next) * velocity
        _solve(flow.out_layer, torch.cat(rows), torch.cat(wanted))


def _features(flow: Any, x: Tensor, t: float, device: str) -> Tensor:
    """Return what the flow's last layer is given, (tokens, channels), for a state at a time and random tokens."""
    cond = torch.randn(1, 50, flow.cond_channels, device=device)
    with _inputs_of(flow.out_layer) as seen:
        flow(x, torch.tensor([1000 * float(t)], device=device), cond)
    return seen[0][0]


def _fit_structure_decoder(decoder: Any, latent: Tensor, device: str) -> None:
    last = decoder.out_layer[-1]
    with _inputs_of(last) as seen:
        decoder(latent)
    features = seen[0].float()
    side = features.shape[-1]
    distance = body(centres(side, device))
    padded = nn.functional.pad(features, (1,) * 6)[0]
    windows = padded.unfold(1, 3, 1).unfold(2, 3, 1).unfold(3, 3, 1)  # (c, side, side, side, 3, 3, 3)
    some = torch.randperm(side**3, device=device)[:40_000]
    near = (distance.abs() < 8 / side).nonzero()[:, 0]
    some = torch.cat([some, near[:: max(1, len(near) // 40_000)]])
    x, y, z = some // side**2, some // side % side, some % side
    rows = windows[:, x, y, z].transpose(0, 1).flatten(1)
    wanted = (-distance[some] * side / 4).clamp(-1, 1)[:, None]
    weight = _ridge(rows, wanted)
    last.weight.copy_(weight[:-1].T.reshape(last.weight.shape))
    last.bias.copy_(weight[-1])


def _fit_mesh_decoder(decoder: Any, coords: Tensor) -> None:
    decoder.input_layer.weight.mul_(0.05)  # what the latents say is noise: the place decides
    latents = upstream.sparse_tensor(torch.randn(len(coords), 8, device=coords.device), coords)
    original, seen = decoder.to_representation, []
    decoder.to_representation = lambda x: seen.append(x)
    with _inputs_of(decoder.out_layer) as inputs:
        decoder(latents)
    decoder.to_representation = original
    rows, cells = inputs[0].feats.float(), seen[0].coords[:, 1:]
    side = decoder.resolution * 4
    corners = torch.tensor([[a, b, c] for c in (0, 1) for b in (0, 1) for a in (0, 1)], device=cells.device)
    places = (cells[:, None] + corners) / side - 0.5  # the order of upstream's cube corners
    wanted = rows.new_zeros(len(rows), decoder.out_channels)
    distance = body(places.flatten(0, 1)).reshape(-1, 8)
    wanted[:, :8] = (distance * side / 4).clamp(-1, 1) + 1.0 / side
    red, blue = places[..., 2] * 4, places[..., 1] * 4
    wanted[:, -48:] = torch.stack([red, -red, blue, 0 * red, 0 * red, 0 * red], dim=-1).flatten(1)
    _solve(decoder.out_layer, rows, wanted)


def _solve(layer: nn.Linear, rows: Tensor, wanted: Tensor) -> None:
    weight = _ridge(rows.float(), wanted)
    layer.weight.copy_(weight[:-1].T)
    layer.bias.copy_(weight[-1])


def _ridge(rows: Tensor, wanted: Tensor) -> Tensor:
    """Return least-squares weights (features + 1, outputs), the last row the constant."""
    features = torch.cat([rows, torch.ones_like(rows[:, :1])], dim=1)
    square = features.T @ features
    square.diagonal().add_(1e-4 * square.diagonal().mean())
    return torch.linalg.solve(square.double(), (features.T @ wanted).double()).float()


@contextmanager
def _inputs_of(layer: nn.Module) -> Iterator[list[Any]]:
    """Yield a list that gathers what the layer is given."""
    seen: list[Any] = []
    handle = layer.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    try:
        yield seen
    finally:
        handle.remove()


def main() -> None:
    """Write the checkpoint that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tiny", action="store_true")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    arguments = parser.parse_args()
    print(write_checkpoint(arguments.folder, tiny=arguments.tiny, device=arguments.device))


if __name__ == "__main__":
    main()
