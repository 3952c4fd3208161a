"""Times upstream's TRELLIS as it is, on spconv and its own sparse attention, and keeps what it computes to compare.

    python -m bench.trellis_upstream CHECKPOINT OUT

Needs spconv; where flash-attn is not installed its functions stand on PyTorch's varlen_attn (2.10 or newer), which runs
the same kernels. Run it in a process of its own, before bench/trellis_speed.py.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

os.environ["SPCONV_ALGO"] = "native"
os.environ["ATTN_BACKEND"] = "sdpa"

import torch
from torch import Tensor

from bench.trellis_common import INTERVAL, RESCALE, STEPS, STRENGTH, Results, inputs, milliseconds, peak_gb, shell
from generate.backends.trellis import upstream


def stand_in_for_flash_attention() -> None:
    """Return nothing; give upstream's sparse attention functions of flash-attn's names."""
    from torch.nn.attention.varlen import varlen_attn

    def attend(q: Tensor, k: Tensor, v: Tensor, cu_q: Tensor, cu_k: Tensor, max_q: int, max_k: int) -> Tensor:
        return varlen_attn(q.contiguous(), k.contiguous(), v.contiguous(), cu_q, cu_k, max_q, max_k)

    module: Any = ModuleType("flash_attn")
    module.flash_attn_varlen_qkvpacked_func = lambda qkv, cu, longest: attend(*qkv.unbind(1), cu, cu, longest, longest)
    module.flash_attn_varlen_kvpacked_func = lambda q, kv, cu_q, cu_k, max_q, max_k: attend(
        q, *kv.unbind(1), cu_q, cu_k, max_q, max_k
    )
    module.flash_attn_varlen_func = attend
    sys.modules["flash_attn"] = module


def load(checkpoint: Path) -> dict[str, Any]:
    """Return upstream's models, as upstream loads them."""
    import json

    from safetensors.torch import load_file

    upstream.make_packages()
    if "flash_attn" not in sys.modules:
        stand_in_for_flash_attention()
    upstream.make_representations()
    names = json.loads((checkpoint / "pipeline.json").read_text())["args"]["models"]
    models = {}
    for key, name in names.items():
        record = json.loads((checkpoint / f"{name}.json").read_text())
        cls = getattr(__import__(upstream.MODELS[record["name"]], fromlist=["x"]), record["name"])
        model = cls(**record["args"])
        model.load_state_dict(load_file(checkpoint / f"{name}.safetensors"))
        models[key] = model.cuda().eval().requires_grad_(False)
    return models


@torch.no_grad()
def main() -> None:
    """Time the passes and the samplers, keep their results."""
    checkpoint, out = Path(sys.argv[1]), Path(sys.argv[2])
    note, kept = Results(out / "upstream.json"), {}
    models = load(checkpoint)
    upstream._path_only("trellis.pipelines", upstream.find())  # type: ignore[arg-type]
    from trellis.modules.sparse import SparseTensor  # type: ignore[import-not-found]
    from trellis.pipelines.samplers import FlowEulerGuidanceIntervalSampler  # type: ignore[import-not-found]

    given, coords = inputs(), shell()
    flow, latent = models["sparse_structure_flow_model"], models["slat_flow_model"]
    t = torch.tensor([700.0]).cuda()
    view, joined = given["views"][:1], given["views"].reshape(1, -1, 1024)
    kept["structure pass"] = flow(given["structure"], t, view)
    kept["structure joined"] = flow(given["structure"], t, joined)
    note("upstream structure pass, 1 view, ms", milliseconds(lambda: flow(given["structure"], t, view)))
    note("upstream structure pass, 4 views joined, ms", milliseconds(lambda: flow(given["structure"], t, joined)))

    def voxels() -> Any:
        return SparseTensor(feats=given["latents"], coords=coords)

    kept["latent pass"] = latent(voxels(), t, view).feats
    kept["latent joined"] = latent(voxels(), t, joined).feats
    state = voxels()
    note("upstream latent pass, 1 view, ms", milliseconds(lambda: latent(state, t, view)))
    note("upstream latent pass, 4 views joined, ms", milliseconds(lambda: latent(state, t, joined)))
    note("upstream latent pass, peak GB", peak_gb(lambda: latent(state, t, view)))

    sampler = FlowEulerGuidanceIntervalSampler(sigma_min=1e-5)
    settings = {"steps": STEPS, "rescale_t": RESCALE, "cfg_strength": STRENGTH, "cfg_interval": INTERVAL}

    def run(model: Any, noise: Any) -> Any:
        return sampler.sample(
            model, noise, cond=view, neg_cond=torch.zeros_like(view), verbose=False, **settings
        ).samples

    kept["structure sample"] = run(flow, given["structure"])
    kept["latent sample"] = run(latent, voxels()).feats
    note("upstream structure stage, 1 view, ms", milliseconds(lambda: run(flow, given["structure"]), 3, 1))
    note("upstream latent stage, 1 view, ms", milliseconds(lambda: run(latent, voxels()), 3, 1))

    decoder = models["slat_decoder_mesh"]
    decoded = decoder(voxels())[0]
    kept["mesh vertices"], kept["mesh colours"] = decoded.vertices, decoded.vertex_attrs
    note("upstream mesh vertices", float(len(decoded.vertices)))
    note("upstream mesh decoder, ms", milliseconds(lambda: decoder(voxels()), 3, 1))
    note("upstream mesh decoder, peak GB", peak_gb(lambda: decoder(voxels())))
    torch.save(kept, out / "upstream.pt")


if __name__ == "__main__":
    main()
