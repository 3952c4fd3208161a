"""Three figurines to try everything with: a corgi, a sitting cat and a waving child, about 1 tall, feet at z = 0.

They face -Y with Z up; +X is the figure's own left. Each is lopsided on purpose, so that a mix-up of left and right
shows: the corgi's tail swings to its left, the cat's lies round its right, the child raises its left arm.
"""

from __future__ import annotations

from dataclasses import dataclass

from sdf import (
    Shape,
    above,
    ball,
    before,
    behind,
    below,
    block,
    common,
    curve,
    ellipsoid,
    flattened,
    grown,
    limb,
    mirrored,
    ring,
    union,
    without,
)

Rgb = tuple[int, int, int]

BLACK, WHITE, PINK = (38, 34, 36), (250, 247, 240), (238, 158, 150)


@dataclass(frozen=True)
class Figurine:
    """A shape and its colours: all of it is `base`, then each region in turn is painted over (sRGB)."""

    name: str
    shape: Shape
    base: Rgb
    regions: tuple[tuple[Rgb, Shape], ...]


def corgi() -> Figurine:
    """Return a corgi on four legs, about twice as long as wide, its tail swung to its left."""
    trunk = limb(((0, -0.20, 0.40), 0.235), ((0, 0.28, 0.39), 0.225))
    chest = ellipsoid((0, -0.29, 0.42), (0.20, 0.17, 0.23))
    neck = limb(((0, -0.28, 0.50), 0.17), ((0, -0.37, 0.66), 0.15))
    skull = ellipsoid((0, -0.40, 0.70), (0.225, 0.20, 0.185))
    cheeks = mirrored(ellipsoid((0.14, -0.43, 0.635), (0.125, 0.12, 0.105)))
    muzzle = limb(((0, -0.50, 0.645), 0.105), ((0, -0.60, 0.635), 0.080))
    ear = flattened(limb(((0.130, -0.37, 0.82), 0.092), ((0.195, -0.36, 0.960), 0.040)), -0.37, 0.62)
    fore_leg = limb(((0.135, -0.26, 0.34), 0.10), ((0.135, -0.27, 0.04), 0.083))
    hind_leg = limb(((0.135, 0.31, 0.32), 0.135), ((0.14, 0.36, 0.04), 0.083))
    paws = union(
        ellipsoid((0.135, -0.30, 0.04), (0.088, 0.115, 0.07)), ellipsoid((0.14, 0.33, 0.04), (0.088, 0.115, 0.07))
    )
    tail = curve(
        ((0.02, 0.40, 0.47), 0.065),
        ((0.11, 0.52, 0.52), 0.080),
        ((0.22, 0.57, 0.60), 0.090),
        ((0.30, 0.56, 0.70), 0.082),
        ((0.33, 0.51, 0.80), 0.050),
    )
    eyes = mirrored(ball((0.102, -0.560, 0.733), 0.033))
    nose = ellipsoid((0, -0.672, 0.668), (0.046, 0.034, 0.034))
    collar = ring((0, -0.318, 0.560), (0, -0.5, 1), 0.178, 0.036)
    tag = ellipsoid((0, -0.520, 0.452), (0.042, 0.028, 0.046))

    fur = union(trunk, chest, neck, skull, cheeks, muzzle, blend=0.07)
    fur = union(fur, mirrored(ear), blend=0.05)
    fur = union(fur, mirrored(fore_leg), mirrored(hind_leg), tail, blend=0.06)
    fur = union(fur, mirrored(paws), blend=0.03)
    shape = without(union(fur, collar, tag, eyes, nose, blend=0.006), below(0.0))

    fox, cream, brown, teal, gold = (224, 142, 66), (252, 240, 220), (122, 76, 48), (44, 138, 146), (244, 196, 64)
    blaze = limb(((0, -0.58, 0.83), 0.022), ((0, -0.60, 0.74), 0.035), ((0, -0.60, 0.62), 0.105))
    bib = ellipsoid((0, -0.44, 0.42), (0.155, 0.16, 0.24))
    belly = ellipsoid((0, 0, 0.16), (0.16, 0.44, 0.10))
    saddle = ellipsoid((-0.16, 0.10, 0.60), (0.17, 0.21, 0.17))
    tail_tip = ball((0.335, 0.505, 0.82), 0.105)
    inner_ear = common(limb(((0.142, -0.42, 0.855), 0.046), ((0.188, -0.40, 0.945), 0.018)), before(-0.385))
    smile = limb(
        ((0, -0.68, 0.640), 0.006),
        ((0, -0.68, 0.592), 0.006),
        ((0.03, -0.68, 0.585), 0.006),
        ((0.055, -0.68, 0.600), 0.006),
    )
    glint = mirrored(ball((0.092, -0.592, 0.746), 0.011))
    return Figurine(
        "corgi",
        shape,
        fox,
        (
            (brown, saddle),
            *((cream, region) for region in (bib, belly, blaze, below(0.145), tail_tip)),
            (PINK, mirrored(inner_ear)),
            (BLACK, common(flattened(mirrored(smile), -0.68, 8), before(-0.55))),
            (BLACK, grown(nose, 0.006)),
            (BLACK, grown(eyes, 0.003)),
            (WHITE, glint),
            (teal, grown(collar, 0.004)),
            (gold, grown(tag, 0.005)),
        ),
    )


def cat() -> Figurine:
    """Return a sitting cat whose tail lies round its right side, with a dark patch over its left eye."""
    seat = ellipsoid((0, 0.13, 0.25), (0.255, 0.265, 0.27))
    chest = limb(((0, 0.02, 0.26), 0.20), ((0, -0.06, 0.50), 0.155))
    haunch = ellipsoid((0.19, 0.04, 0.16), (0.115, 0.20, 0.17))
    hind_paw = ellipsoid((0.205, -0.17, 0.045), (0.075, 0.125, 0.065))
    fore_leg = limb(((0.085, -0.13, 0.40), 0.085), ((0.088, -0.20, 0.05), 0.072))
    fore_paw = ellipsoid((0.090, -0.235, 0.045), (0.076, 0.105, 0.065))
    skull = ellipsoid((0, -0.10, 0.69), (0.245, 0.205, 0.19))
    cheek = ellipsoid((0.13, -0.16, 0.635), (0.125, 0.12, 0.095))
    muzzle = mirrored(ellipsoid((0.045, -0.285, 0.632), (0.062, 0.055, 0.05)))
    ear = flattened(limb(((0.145, -0.09, 0.79), 0.110), ((0.215, -0.08, 0.975), 0.023)), -0.09, 0.65)
    tail = curve(
        ((-0.05, 0.33, 0.08), 0.080),
        ((-0.26, 0.30, 0.07), 0.080),
        ((-0.37, 0.13, 0.07), 0.080),
        ((-0.385, -0.08, 0.07), 0.078),
        ((-0.31, -0.25, 0.075), 0.072),
        ((-0.21, -0.33, 0.09), 0.060),
    )
    eye = ellipsoid((0.098, -0.272, 0.715), (0.038, 0.026, 0.046))
    nose = ellipsoid((0, -0.338, 0.662), (0.026, 0.020, 0.018))
    scarf = ring((0, -0.055, 0.515), (0, -0.25, 1), 0.150, 0.048)
    bell = ball((0, -0.232, 0.452), 0.048)

    fur = union(seat, chest, blend=0.12)
    fur = union(fur, mirrored(haunch), mirrored(fore_leg), blend=0.045)
    fur = union(fur, mirrored(hind_paw), mirrored(fore_paw), tail, blend=0.03)
    head = union(skull, mirrored(cheek), mirrored(ear), blend=0.06)
    head = union(head, muzzle, blend=0.03)
    shape = without(union(fur, head, scarf, bell, mirrored(eye), nose, blend=0.006), below(0.0))

    grey, slate, milk, red, gold = (152, 160, 172), (92, 98, 112), (250, 246, 238), (206, 66, 62), (240, 190, 66)
    bib = ellipsoid((0, -0.24, 0.33), (0.105, 0.17, 0.19))
    snout = ellipsoid((0, -0.32, 0.61), (0.125, 0.10, 0.075))
    paws = union(common(mirrored(fore_leg), below(0.15)), mirrored(fore_paw), mirrored(hind_paw))
    patch = ellipsoid((0.125, -0.25, 0.735), (0.092, 0.16, 0.105))
    inner_ear = common(limb(((0.152, -0.15, 0.825), 0.052), ((0.205, -0.12, 0.935), 0.016)), before(-0.115))
    back_stripes = [ellipsoid((0, 0.40, z), (w, 0.14, 0.022)) for z, w in ((0.42, 0.11), (0.33, 0.15), (0.24, 0.17))]
    tail_stripes = [
        common(grown(tail, 0.01), ellipsoid((-0.385, y, 0.08), (0.12, 0.024, 0.12))) for y in (-0.06, 0.04, 0.14)
    ]
    brow = limb(((0, -0.20, 0.80), 0.012), ((0, -0.20, 0.90), 0.016))
    brow_stripes = flattened(
        union(brow, mirrored(limb(((0.05, -0.20, 0.81), 0.010), ((0.055, -0.20, 0.90), 0.014)))), -0.20, 6
    )
    smile = limb(
        ((0, -0.34, 0.65), 0.005),
        ((0, -0.34, 0.612), 0.005),
        ((0.035, -0.34, 0.598), 0.005),
        ((0.062, -0.34, 0.608), 0.005),
    )
    return Figurine(
        "cat",
        shape,
        grey,
        (
            *((slate, stripe) for stripe in (*back_stripes, *tail_stripes, brow_stripes)),
            (slate, patch),
            (milk, bib),
            (milk, snout),
            (milk, grown(paws, 0.012)),
            (milk, ball((-0.20, -0.335, 0.09), 0.10)),
            (PINK, mirrored(inner_ear)),
            (PINK, grown(nose, 0.005)),
            (BLACK, common(flattened(mirrored(smile), -0.34, 8), before(-0.26))),
            (gold, grown(mirrored(eye), 0.004)),
            (BLACK, flattened(mirrored(ellipsoid((0.096, -0.30, 0.715), (0.019, 0.01, 0.036))), -0.30, 6)),
            (WHITE, mirrored(ball((0.086, -0.300, 0.733), 0.012))),
            (red, grown(scarf, 0.004)),
            (gold, grown(bell, 0.005)),
        ),
    )


def child() -> Figurine:
    """Return a toy child in a woolly hat that waves with its left arm and carries a rucksack."""
    boot = union(
        limb(((0.105, 0.0, 0.07), 0.082), ((0.107, 0.0, 0.105), 0.080)),
        ellipsoid((0.108, -0.055, 0.045), (0.088, 0.14, 0.075)),
        ellipsoid((0.108, 0.055, 0.045), (0.082, 0.105, 0.075)),
        blend=0.04,
    )
    leg = limb(((0.088, 0, 0.30), 0.085), ((0.105, 0, 0.10), 0.075))
    coat = common(limb(((0, 0, 0.31), 0.185), ((0, 0, 0.455), 0.145)), above(0.25))
    hem = ring((0, 0, 0.262), (0, 0, 1), 0.142, 0.040)
    left_arm = limb(
        ((0.10, 0, 0.455), 0.080), ((0.245, -0.01, 0.485), 0.072), ((0.350, -0.02, 0.62), 0.068), blend=0.05
    )
    right_arm = limb(
        ((-0.10, 0, 0.455), 0.080), ((-0.215, -0.01, 0.37), 0.072), ((-0.25, -0.06, 0.27), 0.068), blend=0.05
    )
    left_mitten = union(
        ellipsoid((0.392, -0.03, 0.735), (0.078, 0.070, 0.092)),
        limb(((0.36, -0.04, 0.71), 0.034), ((0.300, -0.07, 0.750), 0.031)),
        blend=0.03,
    )
    right_mitten = union(
        ball((-0.255, -0.085, 0.205), 0.076),
        limb(((-0.23, -0.12, 0.21), 0.032), ((-0.195, -0.155, 0.225), 0.028)),
        blend=0.03,
    )
    cuffs = union(
        ring((0.364, -0.022, 0.650), (0.10, -0.01, 0.2), 0.052, 0.030),
        ring((-0.252, -0.068, 0.255), (-0.05, -0.2, -0.6), 0.052, 0.030),
    )
    head = ellipsoid((0, -0.01, 0.675), (0.195, 0.180, 0.175))
    ears = mirrored(ball((0.19, 0.0, 0.645), 0.04))
    nose = ball((0, -0.195, 0.650), 0.026)
    eyes = mirrored(ellipsoid((0.070, -0.172, 0.688), (0.024, 0.020, 0.032)))
    hair = common(grown(head, 0.020), union(behind(0.02), common(behind(-0.2), above(0.73))))
    dome = common(ellipsoid((0, 0.01, 0.770), (0.210, 0.200, 0.180)), above(0.77))
    brim = ring((0, 0.01, 0.790), (0, 0, 1), 0.178, 0.044)
    pompom = ball((0, 0.01, 0.975), 0.070)
    scarf = ring((0, 0, 0.510), (0, 0, 1), 0.118, 0.050)
    scarf_end = flattened(limb(((-0.07, -0.165, 0.49), 0.052), ((-0.10, -0.20, 0.33), 0.056)), -0.17, 0.7)
    sack = block((0, 0.205, 0.375), (0.130, 0.085, 0.135), 0.055)
    pocket = block((0, 0.285, 0.325), (0.085, 0.040, 0.060), 0.035)

    body = union(coat, hem, left_arm, right_arm, blend=0.035)
    body = union(body, mirrored(leg), mirrored(boot), blend=0.02)
    face = union(head, ears, nose, blend=0.02)
    hat = union(dome, brim, pompom, blend=0.02)
    things = union(left_mitten, right_mitten, cuffs, scarf, scarf_end, sack, pocket, blend=0.006)
    shape = without(union(body, union(face, hair, hat, eyes, blend=0.008), things, blend=0.006), below(0.0))

    yellow, skin, blue, brown = (242, 184, 52), (246, 206, 172), (58, 92, 158), (110, 66, 42)
    red, green, denim = (208, 64, 60), (72, 138, 92), (70, 84, 116)
    buttons = [ball((0, -0.195 + 0.035 * i, 0.26 + 0.075 * i), 0.024) for i in range(3)]
    smile = limb(((0, -0.19, 0.590), 0.007), ((0.03, -0.19, 0.594), 0.007), ((0.052, -0.19, 0.608), 0.007))
    return Figurine(
        "child",
        shape,
        yellow,
        (
            (denim, below(0.225)),
            (brown, grown(mirrored(boot), 0.006)),
            *((brown, button) for button in buttons),
            (skin, grown(face, 0.006)),
            (brown, common(grown(hair, 0.006), above(0.54))),
            (BLACK, grown(eyes, 0.003)),
            (WHITE, mirrored(ball((0.062, -0.192, 0.700), 0.009))),
            (BLACK, common(flattened(mirrored(smile), -0.19, 8), before(-0.12))),
            (PINK, mirrored(ball((0.115, -0.155, 0.620), 0.036))),
            (blue, grown(union(dome, brim), 0.012)),
            (WHITE, grown(pompom, 0.006)),
            (WHITE, common(grown(union(dome, brim), 0.012), below(0.828))),
            (red, grown(union(left_mitten, right_mitten), 0.004)),
            (WHITE, grown(cuffs, 0.004)),
            (green, grown(sack, 0.005)),
            (brown, grown(pocket, 0.005)),
            (red, grown(union(scarf, scarf_end), 0.005)),
        ),
    )


FIGURINES = {"corgi": corgi, "cat": cat, "child": child}
