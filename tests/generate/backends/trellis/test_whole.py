"""The whole path on a CPU, with a small checkpoint of the real architecture, where upstream's code is installed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the trellis backend needs PyTorch")
for needed in ("safetensors", "transformers", "easydict"):
    pytest.importorskip(needed, reason=f"upstream's models need {needed}")

from generate.backends.trellis import upstream  # noqa: E402
from generate.backends.trellis.options import TrellisOptions  # noqa: E402
from generate.backends.trellis.reconstruction import reconstruct  # noqa: E402
from generate.errors import BackendUnavailable, ShapeFailed  # noqa: E402
from generate.views import View, Views  # noqa: E402

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(upstream.find() is None, reason="upstream's code is not installed: ./setup.sh --upstream"),
    pytest.mark.filterwarnings("ignore"),  # upstream's own
]


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from bench.trellis_checkpoint import write_checkpoint

    return write_checkpoint(tmp_path_factory.mktemp("checkpoint"), tiny=True)


@pytest.fixture(scope="module")
def views() -> Views:
    rgba = np.zeros((64, 64, 4), np.uint8)
    rgba[8:56, 16:48] = 255
    return Views(tuple(View(rgba, azimuth, name=name) for name, azimuth in (("front", 0.0), ("back", 180.0))))


def options(checkpoint: Path, **others: object) -> TrellisOptions:
    return TrellisOptions(
        weights=str(checkpoint),
        dtype="float32",
        structure_steps=25,
        latent_steps=2,
        **others,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("scheme", ["arbiter", "fused+directional"])
def test_views_become_a_body(checkpoint: Path, views: Views, scheme: str) -> None:
    made = reconstruct(views, options=options(checkpoint, scheme=scheme, samples=2), device=torch.device("cpu"))
    assert [sample.seed for sample in made.samples] == [1, 2]
    assert made.mesh in [sample.mesh for sample in made.samples]
    assert np.ptp(made.mesh.vertices[:, 2]) == pytest.approx(1.0)
    assert made.samples[0].weights["structure"].names == ("front", "back")
    assert set(made.record["weights"]["sha256"]) >= {"slat_flow_model", "slat_decoder_mesh"}


def test_the_same_seed_gives_the_same_body(checkpoint: Path, views: Views) -> None:
    one, two = (
        reconstruct(views, options=options(checkpoint, scheme="cycle"), device=torch.device("cpu")) for _ in range(2)
    )
    assert np.array_equal(one.mesh.vertices, two.mesh.vertices)
    assert np.array_equal(one.mesh.faces, two.mesh.faces)


def test_weights_of_another_model_are_refused(checkpoint: Path, views: Views, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(checkpoint, tmp_path / "mixed")
    ckpts = tmp_path / "mixed/ckpts"
    flow = next(ckpts.glob("ss_flow*.safetensors"))
    flow.write_bytes(next(ckpts.glob("ss_dec*.safetensors")).read_bytes())
    with pytest.raises(BackendUnavailable, match="another model"):
        reconstruct(views, options=options(tmp_path / "mixed"), device=torch.device("cpu"))


def test_a_prediction_that_is_no_number_is_named(checkpoint: Path, views: Views, tmp_path: Path) -> None:
    import shutil

    from safetensors.torch import load_file, save_file

    shutil.copytree(checkpoint, tmp_path / "nan")
    flow = next((tmp_path / "nan/ckpts").glob("ss_flow*.safetensors"))
    state = load_file(flow)
    state["out_layer.bias"][:] = float("nan")
    save_file(state, flow)
    with pytest.raises(ShapeFailed, match=r"structure.*step 1"):
        reconstruct(views, options=options(tmp_path / "nan", scheme="cycle"), device=torch.device("cpu"))
