"""Views to a raw mesh, kept in the run folder: `02-shape.glb`, and beside it what the backend has to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import generate
import sampling
from fab.export.glb import write_mesh_glb
from fab.findings import Finding
from fab.readers import InputModel, read_model
from fab.render import contact_sheet, four_views, save_png
from figurine.errors import WrongUse
from figurine.job import Job, view_name
from figurine.notes import as_findings
from figurine.progress import OnProgress, in_stage
from figurine.runfolder import RunFolder, fingerprint_of, key_of
from generate.shape import RawShape, Sample, shape
from generate.views import View, Views

SHAPE_FILE = "02-shape.glb"
SAMPLES = "02-samples"
ONLY_HOW = {"weights", "offline", "low_memory", "accelerate"}
"""Options of trellis that say how a shape is computed, and not which: a shape made elsewhere is taken as it is."""


@dataclass(frozen=True, eq=False)
class Shaped:
    """A raw mesh as read back from the run folder, what there is to say about it, and what it was made on."""

    model: InputModel
    findings: list[Finding]
    record: Mapping[str, Any]


def shape_of(job: Job, views: Views, folder: RunFolder, on_progress: OnProgress) -> Shaped:
    """Return the raw mesh of the views, from the run folder when it was made there before, on any machine.

    It is read back from its file either way, so that a resumed run and a fresh one go on from the same bytes.
    """
    key = _key(job, views)
    known = folder.resume("shape", key)
    if known is None:
        raw = shape(
            views,
            backend=job.backend,
            trust=job.trust,
            trellis=job.trellis,
            on_progress=in_stage(on_progress, "shape"),
        )
        write_mesh_glb(raw.mesh, folder.file(SHAPE_FILE))
        _save_samples(raw, folder)
        findings = [finding.model_dump(mode="json") for finding in as_findings(raw.notes)]
        known = {"findings": findings, "record": dict(raw.record)}
        folder.record("shape", key, (SHAPE_FILE,), known)
    found = [Finding.model_validate(finding) for finding in known["findings"]]
    return Shaped(read_model(folder.file(SHAPE_FILE)), found, known.get("record", {}))


def pick(job: Job, seed: int, views: Views, folder: RunFolder) -> None:
    """Return nothing; make one of the samples the shape. Raises WrongUse when there is none of that seed."""
    name = _sample_file(seed)
    if not folder.file(name).is_file():
        made = sorted(path.stem for path in folder.file(SAMPLES).glob("seed-*.glb"))
        raise WrongUse(f"{folder.path} holds no sample of seed {seed}; there are {', '.join(made) or 'none'}")
    known = folder.resume("shape", _key(job, views)) or {"findings": [], "record": {}}
    folder.copy(name, SHAPE_FILE)
    folder.record("shape", _key(job, views), (SHAPE_FILE,), known | {"picked_seed": seed})


def saved_views(job: Job, folder: RunFolder) -> Views:
    """Return the cut-outs in a run folder, which a carried folder has where the pictures themselves are elsewhere.

    Raises WrongUse when one of them is missing.
    """
    items = []
    for source in job.views:
        name = view_name(source.azimuth_deg)
        path = folder.file(f"01-views/{name}.png")
        if not path.is_file():
            raise WrongUse(f"{path} is not there: carry the whole run folder, or start with `figurine make`")
        with Image.open(path) as picture:
            items.append(View(np.asarray(picture.convert("RGBA")), source.azimuth_deg, name=name))
    return Views(tuple(items))


def _key(job: Job, views: Views) -> str:
    pictures = [(view.azimuth_deg, fingerprint_of(view.image)) for view in views.items]
    code, options = fingerprint_of(generate), None
    if job.backend == "trellis":  # its pictures are given: how they were cut out makes no difference to the shape
        from generate.backends import trellis

        code = key_of(fingerprint_of(trellis), fingerprint_of(sampling))
        options = job.trellis.model_dump(mode="json", exclude=ONLY_HOW)
    return key_of("shape", code, job.backend, job.trust, pictures, options)


def _sample_file(seed: int) -> str:
    return f"{SAMPLES}/seed-{seed}.glb"


def _save_samples(raw: RawShape, folder: RunFolder) -> None:
    """Return nothing; write each sample, how far it believed which view, and all of them on one sheet."""
    if not raw.samples:
        return
    folder.file(SAMPLES).mkdir(exist_ok=True)
    for sample in raw.samples:
        write_mesh_glb(sample.mesh, folder.file(_sample_file(sample.seed)))
        _save_weights(sample, folder)
        if sample.textured is not None:
            sample.textured.export(folder.file(f"{SAMPLES}/seed-{sample.seed}-textured.glb"))
    rows = [four_views(sample.mesh, size_px=240) for sample in raw.samples]
    save_png(contact_sheet(rows, 1), folder.file(f"{SAMPLES}/contact-sheet.png"))


def _save_weights(sample: Sample, folder: RunFolder) -> None:
    """Return nothing; write the weights of the views in each stage, as numbers, as a curve, and voxel by voxel."""
    from generate.weight_pictures import draw_curve, draw_winners

    for stage, weights in sample.weights.items():
        stem = f"{SAMPLES}/seed-{sample.seed}-{stage}"
        weights.save(folder.file(f"{stem}-weights.npz"))
        save_png(np.asarray(draw_curve(weights).convert("RGBA")), folder.file(f"{stem}-weights.png"))
        if weights.grid is not None:
            save_png(np.asarray(draw_winners(weights).convert("RGBA")), folder.file(f"{stem}-winners.png"))


def orbit_file(folder: Path) -> Path:
    """Return where the orbit video of a run's shape lies."""
    return folder / "02-shape.mp4"
