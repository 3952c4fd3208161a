"""What others say of a 3MF: the consortium's own library and the schemas of its specifications."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
from lxml import etree

SCHEMAS = Path(__file__).parent / "schemas" / "3mf"
CORE = "http://schemas.microsoft.com/3dmanufacturing/core/2015/02"
MATERIALS = "http://schemas.microsoft.com/3dmanufacturing/material/2015/02"


def model_of(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read("3D/3dmodel.model")


def schema_errors(path: Path) -> list[str]:
    """Return what the core and materials schemas object to in the root model."""
    schema = etree.XMLSchema(etree.parse(str(SCHEMAS / "both.xsd"), _parser()))
    schema.validate(etree.parse(io.BytesIO(model_of(path)), etree.XMLParser(huge_tree=True)))
    return [f"{entry.line}: {entry.message}" for entry in schema.error_log]


def _parser() -> etree.XMLParser:
    """Read schemas as libxml2 takes them: "any number" in place of 2147483647, of which it knows half, and no blank
    before a type's name, as the materials schema has one."""
    parser = etree.XMLParser()
    parser.resolvers.add(_Unbounded())
    return parser


class _Unbounded(etree.Resolver):
    def resolve(self, url: str, public_id: str | None, context: object) -> object:
        text = (SCHEMAS / Path(url).name).read_text().replace('"2147483647"', '"unbounded"').replace('" ST_', '"ST_')
        return self.resolve_string(text, context, base_url=url)


class Lib3mf:
    """A file as lib3mf reads it, strictly unless told otherwise; it raises on what it refuses."""

    def __init__(self, path: Path, strict: bool = True) -> None:
        from lib3mf import get_wrapper

        self.model = get_wrapper().CreateModel()
        reader = self.model.QueryReader("3mf")
        reader.SetStrictModeActive(strict)
        reader.ReadFromFile(str(path))
        self.warnings = [reader.GetWarning(i)[1] for i in range(reader.GetWarningCount())]
        meshes, self.meshes = self.model.GetMeshObjects(), []
        while meshes.MoveNext():
            self.meshes.append(meshes.GetCurrentMeshObject())

    @property
    def names(self) -> list[str]:
        return [mesh.GetName() for mesh in self.meshes]

    @property
    def manifold(self) -> bool:
        return all(mesh.IsManifoldAndOriented() and mesh.IsValid() for mesh in self.meshes)

    def vertices(self, number: int = 0) -> np.ndarray:
        return np.array([v.Coordinates[:] for v in self.meshes[number].GetVertices()], np.float32)

    def faces(self, number: int = 0) -> np.ndarray:
        return np.array([t.Indices[:] for t in self.meshes[number].GetTriangleIndices()], np.int64)

    def corner_colours(self, number: int = 0) -> np.ndarray:
        """Return (m, 3, 4) sRGB bytes of the corners."""
        groups, table = self.model.GetColorGroups(), {}
        while groups.MoveNext():
            group = groups.GetCurrentColorGroup()
            for row in group.GetAllPropertyIDs():
                c = group.GetColor(row)
                table[group.GetResourceID(), row] = (c.Red, c.Green, c.Blue, c.Alpha)
        properties = self.meshes[number].GetAllTriangleProperties()
        return np.array([[table[p.ResourceID, row] for row in p.PropertyIDs] for p in properties], np.uint8)
