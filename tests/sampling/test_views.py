"""The schemes on flows of known velocity: which cells of the research's table hold, and what is chance."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install figurine[sampling]")

from dataclasses import dataclass  # noqa: E402
from typing import ClassVar  # noqa: E402

from mixture_flow import run, wilson_interval  # noqa: E402

from sampling.errors import UnknownScheme  # noqa: E402
from sampling.schemes.arbiter import Arbiter  # noqa: E402
from sampling.schemes.base import Needs, Run, Scheme, SchemeRun  # noqa: E402
from sampling.schemes.directional import Directional  # noqa: E402
from sampling.schemes.weighted import Weighted  # noqa: E402
from sampling.step import Step  # noqa: E402
from sampling.views import BELIEFS, SCHEMES, make_scheme, needs_of  # noqa: E402

FRONT_BACK, FOUR = (0.0, 180.0), (0.0, 90.0, 180.0, 270.0)
SAMPLES = 3
ALONE: Scheme = Weighted(Directional(alpha=0.0))

# name: part, what the views say of it (0 is true), their azimuths
CASES = {
    "tail, front wrong": ("tail", (1, 0), FRONT_BACK),
    "tail, back wrong": ("tail", (0, 1), FRONT_BACK),
    "arm, back wrong": ("arm", (0, 1), FRONT_BACK),
    "one of four wrong: front": ("tail", (1, 0, 0, 0), FOUR),
    "one of four wrong: left": ("tail", (0, 1, 0, 0), FOUR),
    "one of four wrong: back": ("tail", (0, 0, 1, 0), FOUR),
    "two against two": ("hat", (0, 0, 1, 1), FOUR),
    "median plane": ("hat", (0, 1), FRONT_BACK),
    "turned by 90": ("tail", (1, 0), (90.0, 270.0)),
}
RIGHT, WRONG, BOTH, NEITHER = "right", "wrong", "both", "neither"
EXPECTED: dict[str, dict[str, str]] = {
    "average": {
        **dict.fromkeys(("tail, front wrong", "tail, back wrong", "arm, back wrong"), BOTH),
        **dict.fromkeys(("one of four wrong: front", "one of four wrong: left", "one of four wrong: back"), RIGHT),
        **dict.fromkeys(("two against two", "median plane"), BOTH),
    },
    "cycle": {  # never both; which side depends on the order of views alone
        "tail, front wrong": WRONG,
        "tail, back wrong": RIGHT,
        "arm, back wrong": RIGHT,
        "one of four wrong: front": RIGHT,
        "one of four wrong: left": RIGHT,
        "one of four wrong: back": WRONG,
        "two against two": WRONG,
        "median plane": RIGHT,
    },
    "directional": {
        "tail, front wrong": RIGHT,
        "tail, back wrong": WRONG,
        "arm, back wrong": RIGHT,
        "one of four wrong: front": RIGHT,
        "one of four wrong: left": RIGHT,
        "two against two": RIGHT,
        "median plane": RIGHT,
        "turned by 90": WRONG,
    },
    "arbiter": {
        "tail, front wrong": RIGHT,
        "tail, back wrong": WRONG,
        "arm, back wrong": RIGHT,
        "one of four wrong: front": RIGHT,
        "one of four wrong: left": RIGHT,
        "one of four wrong: back": RIGHT,
        "two against two": RIGHT,
        "median plane": RIGHT,
        "turned by 90": WRONG,
    },
}


@pytest.mark.parametrize(
    ("scheme", "case", "outcome"), [(s, case, out) for s, cases in EXPECTED.items() for case, out in cases.items()]
)
def test_reproduces_the_cells_that_are_certain(scheme: str, case: str, outcome: str) -> None:
    part, says, azimuths_deg = CASES[case]
    assert getattr(run(scheme, part, {part: says}, azimuths_deg, samples=SAMPLES), outcome) == SAMPLES


def test_cycle_follows_the_order_of_views() -> None:
    assert run("cycle", "tail", {"tail": (1, 0)}, FRONT_BACK, samples=SAMPLES).wrong == SAMPLES
    assert run("cycle", "tail", {"tail": (0, 1)}, FRONT_BACK, samples=SAMPLES).right == SAMPLES


def test_without_an_anchor_directions_leave_the_median_plane_double() -> None:
    assert run(ALONE, "hat", {"hat": (0, 1)}, FRONT_BACK, samples=SAMPLES).both == SAMPLES


def test_two_contradictions_get_a_winner_each() -> None:
    says = {"tail": (1, 0), "arm": (0, 1)}
    for part in says:
        assert run("arbiter", part, says, FRONT_BACK, samples=SAMPLES).right == SAMPLES


def test_regions_decided_apart_lose_the_tail() -> None:
    # with cameras 90° off each half of the back trusts another view, and neither says that the tail is there
    apart = Weighted(Arbiter(together=0.0))
    assert run(apart, "tail", {"tail": (1, 0)}, (90.0, 270.0), samples=SAMPLES).neither == SAMPLES


def test_one_look_at_each_view_is_enough_for_the_arbiter() -> None:
    for case, outcome in EXPECTED["arbiter"].items():
        part, says, azimuths_deg = CASES[case]
        made = run(Weighted(Arbiter(probes=1)), part, {part: says}, azimuths_deg, samples=2)
        assert getattr(made, outcome) == 2


@dataclass(frozen=True)
class RandomView:
    """The null: another view at every step, by chance."""

    seed: int
    name: ClassVar[str] = "random"
    needs: ClassVar[Needs] = Needs()

    def begin(self, run: Run) -> SchemeRun:
        generator = torch.Generator().manual_seed(self.seed)

        def pick(step: Step) -> tuple[torch.Tensor, torch.Tensor]:
            k = int(torch.randint(run.views, (1,), generator=generator))
            weights = torch.zeros(run.views, run.samples)
            weights[k] = 1.0
            return step.view(k), weights

        return pick

    def without_cameras(self) -> Scheme:
        return self


def test_the_original_is_a_coin() -> None:
    made = run("original", "tail", {"tail": (1, 0)}, FRONT_BACK, samples=24)
    low, high = wilson_interval(made.right, made.samples)
    assert made.both == made.neither == 0
    assert low < 0.5 < high


def test_so_is_a_random_view_a_step() -> None:
    made = [run(RandomView(seed), "tail", {"tail": (1, 0)}, FRONT_BACK, samples=1, seed=seed) for seed in range(24)]
    low, high = wilson_interval(sum(one.right for one in made), len(made))
    assert sum(one.both + one.neither for one in made) <= 1
    assert low < 0.5 < high


def test_mending_the_original_keeps_it_free_of_duplicates() -> None:
    made = run("original-fixed", "tail", {"tail": (1, 0)}, FRONT_BACK, samples=SAMPLES)
    assert made.both == made.neither == 0


@pytest.mark.parametrize("name", ["fuse", "arbiter+fused", "fused+average", "fused+mass+mass", ""])
def test_unknown_names_are_refused(name: str) -> None:
    with pytest.raises(UnknownScheme, match="choose one of cycle, average, original"):
        make_scheme(name)


def test_names_are_the_schemes_own() -> None:
    assert {name: scheme.name for name, scheme in SCHEMES.items()} == {name: name for name in SCHEMES}
    assert make_scheme("fused+arbiter+mass").name == "fused+arbiter+mass"
    assert {name: belief.name for name, belief in BELIEFS.items()} == {name: name for name in BELIEFS}


def test_needs_add_up() -> None:
    assert needs_of("fused+directional") == Needs(cameras="must", cells="must", attention="must")
    assert needs_of("fused+arbiter") == Needs(cameras="may", cells="must", attention="must")
    assert needs_of("cycle") == Needs()
