"""A job's pictures as cut-outs that can be one subject, with everything there is to say about them."""

from __future__ import annotations

from dataclasses import replace

from figurine.job import ViewSource, view_name
from figurine.progress import OnProgress, Progress
from generate.agreeing.consistency import Consistent, make_consistent
from generate.cutting.cutout import cut_out
from generate.pictures import read_picture
from generate.views import Note, View, Views


def agree_on_views(
    sources: tuple[ViewSource, ...], on_progress: OnProgress, *, fix_views: bool = True, trust: str | None = None
) -> Consistent:
    """Return the views that agree, and notes on each picture and on how they fit.

    Raises UnusableView for a picture without a subject, ViewsDisagree where two cannot be one subject.
    """
    views: list[View] = []
    notes: list[Note] = []
    for k, source in enumerate(sources):
        path = source.open()
        on_progress(Progress("views", k, len(sources), path.name))
        cut = cut_out(read_picture(path))
        name = view_name(source.azimuth_deg)
        views.append(View(cut.image, source.azimuth_deg, name=name))
        notes.extend(replace(note, view=note.view or name) for note in cut.notes)
    agreed = make_consistent(Views(tuple(views)), fix_views=fix_views, trust=trust)
    return replace(agreed, notes=(*notes, *agreed.notes))
