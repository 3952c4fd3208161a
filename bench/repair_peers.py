"""Repair one file with one peer: `repair_peers.py PEER IN OUT`. Run by bench/repair.py under an interpreter of its own.

Needs numpy, trimesh (with lxml and networkx for 3MF) and the peer: manifold3d, pymeshfix, libigl and scikit-image
(winding-grid), pymeshlab (alpha-wrap) or meshlib. None of them but manifold3d and libigl is a dependency of figurine.
"""

from __future__ import annotations

import sys

import numpy as np
import trimesh


def manifold3d_direct(mesh: trimesh.Trimesh) -> trimesh.Trimesh:
    """Return what Manifold makes of the mesh after its own merging."""
    import manifold3d

    given = manifold3d.Mesh(mesh.vertices.astype(np.float32), mesh.faces.astype(np.uint32))
    given.merge()
    solid = manifold3d.Manifold(given)
    if solid.status() != manifold3d.Error.NoError or solid.is_empty():
        raise SystemExit(f"refused: {solid.status()}")
    made = manifold3d.Manifold.batch_boolean(solid.decompose(), manifold3d.OpType.Add).to_mesh()
    return trimesh.Trimesh(made.vert_properties[:, :3], made.tri_verts, process=False)


def pymeshfix_repair(mesh: trimesh.Trimesh) -> trimesh.Trimesh:
    """Return MeshFix's repair with its defaults."""
    import pymeshfix

    return trimesh.Trimesh(
        *pymeshfix.clean_from_arrays(np.array(mesh.vertices), np.array(mesh.faces, np.int32)), process=False
    )


def winding_grid(mesh: trimesh.Trimesh, cells: int = 256) -> trimesh.Trimesh:
    """Return marching cubes over the generalised winding number on a dense grid."""
    import igl
    from skimage.measure import marching_cubes

    cell = mesh.extents.max() / cells
    shape = np.ceil(mesh.extents / cell).astype(int) + 6
    origin = mesh.bounds[0] - 2.63 * cell
    nodes = origin + cell * np.stack(np.meshgrid(*map(np.arange, shape), indexing="ij"), axis=-1).reshape(-1, 3)
    field = igl.fast_winding_number(np.ascontiguousarray(mesh.vertices), np.ascontiguousarray(mesh.faces), nodes)
    vertices, faces, _, _ = marching_cubes(field.reshape(shape), 0.5, allow_degenerate=False)
    made = trimesh.Trimesh(origin + cell * vertices, faces, process=False)
    if made.volume < 0:
        made.invert()
    return made


def alpha_wrap(mesh: trimesh.Trimesh) -> trimesh.Trimesh:
    """Return CGAL's alpha wrap through pymeshlab, alpha a 200th of the diagonal."""
    import pymeshlab

    meshes = pymeshlab.MeshSet()
    meshes.add_mesh(pymeshlab.Mesh(mesh.vertices, mesh.faces))
    meshes.generate_alpha_wrap(alpha=pymeshlab.PercentageValue(0.5), offset=pymeshlab.PercentageValue(0.05))
    made = meshes.current_mesh()
    return trimesh.Trimesh(made.vertex_matrix(), made.face_matrix(), process=False)


def meshlib_rebuild(mesh: trimesh.Trimesh) -> trimesh.Trimesh:
    """Return MeshLib's rebuild with voxels a 400th of the diagonal."""
    from meshlib import mrmeshnumpy, mrmeshpy

    given = mrmeshnumpy.meshFromFacesVerts(mesh.faces.astype(np.int32), mesh.vertices.astype(np.float32))
    settings = mrmeshpy.RebuildMeshSettings()
    settings.voxelSize = float(np.linalg.norm(mesh.extents)) / 400
    made = mrmeshpy.rebuildMesh(mrmeshpy.MeshPart(given), settings)
    return trimesh.Trimesh(mrmeshnumpy.getNumpyVerts(made), mrmeshnumpy.getNumpyFaces(made.topology), process=False)


PEERS = {
    "manifold3d": manifold3d_direct,
    "pymeshfix": pymeshfix_repair,
    "winding-grid": winding_grid,
    "alpha-wrap": alpha_wrap,
    "meshlib": meshlib_rebuild,
}


def main() -> None:
    """Repair and write."""
    peer, given, made = sys.argv[1:]
    mesh = trimesh.load(given, force="mesh", process=False, skip_materials=True)
    mesh.merge_vertices(merge_tex=True, merge_norm=True)
    PEERS[peer](mesh).export(made)


if __name__ == "__main__":
    main()
