"""Pictures to tokens: framing as upstream's, and the two ways to load the encoder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the trellis backend needs PyTorch")

from generate.backends.trellis.encoder import SIDE, encode, framed, transformers_features  # noqa: E402
from generate.errors import BackendUnavailable  # noqa: E402


def picture(height: int, width: int, box: tuple[int, int, int, int]) -> np.ndarray:
    """Return an RGBA picture whose subject is a white box (top, left, bottom, right)."""
    rgba = np.zeros((height, width, 4), np.uint8)
    rgba[box[0] : box[2], box[1] : box[3]] = 255
    return rgba


def test_the_subject_is_centred_with_the_margin_of_upstream() -> None:
    seen = framed(picture(400, 600, (100, 50, 300, 150)))[..., 0] > 127
    rows, columns = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
    assert seen.shape == (SIDE, SIDE)
    assert len(rows) == pytest.approx(SIDE / 1.2, abs=6)
    assert len(columns) == pytest.approx(SIDE / 2.4, abs=6)
    assert rows.mean() == pytest.approx(SIDE / 2, abs=3)
    assert columns.mean() == pytest.approx(SIDE / 2, abs=3)


def test_what_is_transparent_is_black() -> None:
    rgba = picture(100, 100, (20, 20, 80, 80))
    rgba[..., :3] = 200
    assert framed(rgba)[0, 0].tolist() == [0, 0, 0]


def test_tokens_are_normalised() -> None:
    def features(batch: torch.Tensor) -> torch.Tensor:
        return 5 + 3 * torch.randn(len(batch), 7, 16, generator=torch.Generator().manual_seed(0))

    tokens = encode([picture(50, 50, (10, 10, 40, 40))] * 2, features, torch.device("cpu"))
    assert [tuple(each.shape) for each in tokens] == [(7, 16)] * 2
    torch.testing.assert_close(tokens[0].mean(1), torch.zeros(7), atol=1e-5, rtol=0)
    torch.testing.assert_close(tokens[0].var(1, correction=0), torch.ones(7), atol=1e-3, rtol=0)


def test_a_folder_without_an_encoder_is_named(tmp_path: Path) -> None:
    pytest.importorskip("transformers", reason="this way to load it needs transformers")
    with pytest.raises(BackendUnavailable, match="DINOv2"):
        transformers_features(tmp_path, torch.device("cpu"))


def test_transformers_and_the_hub_give_equal_features(tmp_path: Path) -> None:
    transformers = pytest.importorskip("transformers", reason="this way to load it needs transformers")
    vit = pytest.importorskip(
        "dinov2.models.vision_transformer", reason="Meta's code (facebookresearch/dinov2) is not here"
    )
    import safetensors.torch as safetensors

    from generate.backends.trellis.encoder import hub_features

    torch.manual_seed(0)
    theirs = vit.DinoVisionTransformer(
        img_size=SIDE,
        patch_size=14,
        embed_dim=64,
        depth=3,
        num_heads=4,
        init_values=1.0,
        ffn_layer="mlp",
        block_chunks=0,
        num_register_tokens=4,
        interpolate_antialias=True,
        interpolate_offset=0.0,
    )
    for parameter in theirs.parameters():
        torch.nn.init.normal_(parameter, std=0.05)
    config = transformers.Dinov2WithRegistersConfig(
        hidden_size=64,
        num_hidden_layers=3,
        num_attention_heads=4,
        image_size=SIDE,
        patch_size=14,
        num_register_tokens=4,
    )
    config.save_pretrained(tmp_path)
    safetensors.save_file(as_transformers(theirs.state_dict()), tmp_path / "model.safetensors", {"format": "pt"})
    batch = torch.randn(2, 3, SIDE, SIDE)
    with torch.no_grad():
        one = transformers_features(tmp_path, torch.device("cpu"))(batch)
        other = hub_features(theirs, torch.device("cpu"))(batch)
    assert one.shape == (2, 1 + 4 + 37**2, 64)
    torch.testing.assert_close(one, other, atol=1e-4, rtol=1e-4)


def as_transformers(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Return Meta's weights under the names that the published file has."""
    renamed = {}
    tops = {
        "cls_token": "embeddings.cls_token",
        "mask_token": "embeddings.mask_token",
        "register_tokens": "embeddings.register_tokens",
        "pos_embed": "embeddings.position_embeddings",
        "patch_embed.proj": "embeddings.patch_embeddings.projection",
        "norm": "layernorm",
    }
    parts = {
        "attn.proj": "attention.output.dense",
        "ls1.gamma": "layer_scale1.lambda1",
        "ls2.gamma": "layer_scale2.lambda1",
    }
    for name, value in state.items():
        if not name.startswith("blocks."):
            key = next(top for top in tops if name == top or name.startswith(top + "."))
            renamed[tops[key] + name.removeprefix(key)] = value.contiguous()
            continue
        _, layer, rest = name.split(".", 2)
        stem = f"encoder.layer.{layer}."
        if rest.startswith("attn.qkv"):
            for part, third in zip(("query", "key", "value"), value.chunk(3), strict=True):
                renamed[f"{stem}attention.attention.{part}.{rest.rpartition('.')[2]}"] = third.contiguous()
            continue
        key = next((part for part in parts if rest.startswith(part)), "")
        renamed[stem + (parts[key] + rest.removeprefix(key) if key else rest)] = value
    return renamed
