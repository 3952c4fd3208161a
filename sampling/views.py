"""The schemes by name: one velocity from K views."""

from __future__ import annotations

from sampling.errors import UnknownScheme
from sampling.schemes.arbiter import Arbiter
from sampling.schemes.average import Average
from sampling.schemes.base import Belief, Needs, Scheme
from sampling.schemes.cycle import Cycle
from sampling.schemes.directional import Directional
from sampling.schemes.entropy import Entropy
from sampling.schemes.fused import Fused
from sampling.schemes.mass import Mass
from sampling.schemes.original import Original, OriginalFixed
from sampling.schemes.replay import Replay
from sampling.schemes.weighted import Weighted

BELIEFS: dict[str, Belief] = {
    "directional": Directional(),
    "arbiter": Arbiter(probes=1),  # one look at each view, at the first step
    "entropy": Entropy(),
    "mass": Mass(),
    "replay": Replay(),
}
"""What `fused` can be joined with, by `fused+NAME`, several times over."""

SCHEMES: dict[str, Scheme] = {
    "cycle": Cycle(),
    "average": Average(),
    "original": Weighted(Original()),
    "original-fixed": Weighted(OriginalFixed()),
    "directional": Weighted(Directional(), fallback=Arbiter()),
    "arbiter": Weighted(Arbiter()),
    "entropy": Weighted(Entropy()),
    "replay": Weighted(Replay()),
    "fused": Fused(),
}


def make_scheme(name: str) -> Scheme:
    """Return the scheme called `name`: one of SCHEMES, or fused+BELIEF[+BELIEF...].

    Raises UnknownScheme with the names that there are.
    """
    if name in SCHEMES:
        return SCHEMES[name]
    head, *rest = name.split("+")
    if head == "fused" and rest and all(part in BELIEFS for part in rest) and len(set(rest)) == len(rest):
        return Fused(tuple(BELIEFS[part] for part in rest))
    raise UnknownScheme(
        f"no scheme {name!r}: choose one of {', '.join(SCHEMES)}, or fused+X with X of {', '.join(BELIEFS)}"
    )


def needs_of(name: str) -> Needs:
    """Return what the scheme called `name` needs."""
    return make_scheme(name).needs
