"""Distances over a plane whose triangles are long and thin, and walls that they do not cross."""

from __future__ import annotations

import numpy as np

from fab.palette.reach import connected_pieces, distances_to, neighbours_of


def strip_grid(columns: int, rows: int, width: float, height: float) -> tuple[np.ndarray, np.ndarray]:
    x, y = np.meshgrid(np.arange(columns) * width, np.arange(rows) * height)
    points = np.column_stack([x.ravel(), y.ravel(), np.zeros(x.size)])
    number = np.arange(x.size).reshape(rows, columns)
    edges = [number[:, :-1].ravel(), number[:, 1:].ravel()], [number[:-1].ravel(), number[1:].ravel()]
    diagonal = [number[:-1, :-1].ravel(), number[1:, 1:].ravel()]
    return points, np.concatenate([np.column_stack(pair) for pair in (*edges, diagonal)])


def test_distance_is_euclidean_whatever_the_triangles() -> None:
    points, edges = strip_grid(60, 20, 0.05, 0.3)
    graph = neighbours_of(edges, len(points))
    distance, nearest = distances_to(points, graph, np.array([0]), points[:1], 2.0)
    truth = np.linalg.norm(points - points[0], axis=1)
    assert np.allclose(distance[truth < 1.9], truth[truth < 1.9])
    assert np.isinf(distance[truth > 2.0]).all()
    assert set(np.unique(nearest)) == {-1, 0}


def test_walls_are_not_crossed() -> None:
    points, edges = strip_grid(10, 10, 1.0, 1.0)
    region = (points[:, 0] > 4.5).astype(np.int64)
    distance, _ = distances_to(points, neighbours_of(edges, 100), np.array([0]), points[:1], np.inf, region)
    assert np.isinf(distance[region == 1]).all()
    assert np.isfinite(distance[region == 0]).all()


def test_pieces_of_one_kind_are_told_apart() -> None:
    _, edges = strip_grid(10, 1, 1.0, 1.0)
    kind = np.array([0, 0, 1, 1, 0, -1, 0, 0, 2, 2])
    count, piece = connected_pieces(edges, kind)
    assert count == 5
    assert piece.tolist() == [0, 0, 1, 1, 2, -1, 3, 3, 4, 4]
    assert connected_pieces(edges, np.full(10, -1))[0] == 0
