// The part as three.js draws it: corners apart, so that a value can belong to a face.
import { BufferAttribute, BufferGeometry, Color, DataTexture, NearestFilter, RGBAFormat, SRGBColorSpace } from "three";

const CREASE_COS = Math.cos((40 * Math.PI) / 180);

export function buildGeometry(part) {
  const { indices, points } = part;
  const positions = new Float32Array(indices.length * 3);
  for (let corner = 0; corner < indices.length; corner++) {
    const from = indices[corner] * 3;
    positions[corner * 3] = points[from];
    positions[corner * 3 + 1] = points[from + 1];
    positions[corner * 3 + 2] = points[from + 2];
  }
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(positions, 3));
  geometry.setAttribute("normal", new BufferAttribute(cornerNormals(indices, points), 3));
  for (const name of part.paints) geometry.setAttribute(`${name}Paint`, new BufferAttribute(cornerColours(part[name], indices), 3));
  for (const [name, map] of Object.entries(part.maps)) {
    geometry.setAttribute(`${name}Step`, new BufferAttribute(cornerSteps(part[name], indices, map.per), 2));
  }
  geometry.computeBoundingSphere();
  return geometry;
}

// Smooth over gentle bends, sharp at creases, as in the report's pictures.
function cornerNormals(indices, points) {
  const faceNormals = new Float32Array(indices.length);
  const sums = new Float32Array(points.length);
  for (let face = 0; face < indices.length; face += 3) {
    const [a, b, c] = [indices[face] * 3, indices[face + 1] * 3, indices[face + 2] * 3];
    const ux = points[b] - points[a], uy = points[b + 1] - points[a + 1], uz = points[b + 2] - points[a + 2];
    const vx = points[c] - points[a], vy = points[c + 1] - points[a + 1], vz = points[c + 2] - points[a + 2];
    const normal = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
    for (const at of [a, b, c]) for (let k = 0; k < 3; k++) sums[at + k] += normal[k];
    const length = Math.hypot(...normal) || 1;
    for (let k = 0; k < 3; k++) faceNormals[face + k] = normal[k] / length;
  }
  const normals = new Float32Array(indices.length * 3);
  for (let corner = 0; corner < indices.length; corner++) {
    const at = indices[corner] * 3, face = corner - (corner % 3);
    const length = Math.hypot(sums[at], sums[at + 1], sums[at + 2]) || 1;
    let cosine = 0;
    for (let k = 0; k < 3; k++) cosine += (sums[at + k] / length) * faceNormals[face + k];
    for (let k = 0; k < 3; k++) normals[corner * 3 + k] = cosine >= CREASE_COS ? sums[at + k] / length : faceNormals[face + k];
  }
  return normals;
}

function cornerColours(colours, indices) {
  const linear = Float32Array.from({ length: 256 }, (_, byte) => new Color().setRGB(byte / 255, 0, 0, SRGBColorSpace).r);
  const corners = new Float32Array(indices.length * 3);
  for (let corner = 0; corner < indices.length; corner++) {
    for (let k = 0; k < 3; k++) corners[corner * 3 + k] = linear[colours[indices[corner] * 3 + k]];
  }
  return corners;
}

// Where in the scale's table each corner lies; the table is looked up for each pixel.
function cornerSteps(steps, indices, per) {
  const corners = new Float32Array(indices.length * 2);
  for (let corner = 0; corner < indices.length; corner++) {
    const step = steps[per === "face" ? Math.floor(corner / 3) : indices[corner]];
    corners[corner * 2] = (step + 0.5) / 256;
    corners[corner * 2 + 1] = 0.5;
  }
  return corners;
}

export function scaleTexture(table) {
  const pixels = new Uint8Array(256 * 4);
  for (let step = 0; step < 256; step++) {
    pixels.set(table.subarray(step * 3, step * 3 + 3), step * 4);
    pixels[step * 4 + 3] = 255;
  }
  const texture = new DataTexture(pixels, 256, 1, RGBAFormat);
  texture.colorSpace = SRGBColorSpace;
  texture.minFilter = texture.magFilter = NearestFilter;
  texture.needsUpdate = true;
  return texture;
}

// The faces of one finding, as a geometry of their own.
export function pickFaces(geometry, faces) {
  const picked = new BufferGeometry();
  for (const name of ["position", "normal"]) {
    const source = geometry.getAttribute(name).array;
    const array = new Float32Array(faces.length * 9);
    faces.forEach((face, row) => array.set(source.subarray(face * 9, face * 9 + 9), row * 9));
    picked.setAttribute(name, new BufferAttribute(array, 3));
  }
  return picked;
}
