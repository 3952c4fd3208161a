// Reads the part that the page carries: arrays packed by fab/report/scene.py, which says how.

const ARRAYS = { uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array };

export async function readPart(page) {
  const about = JSON.parse(page.getElementById("part-about").textContent);
  const bytes = await inflate(decodeBase64(page.getElementById("part-data").textContent.trim()));
  const arrays = {};
  for (const [name, { type, offset, count }] of Object.entries(about.arrays)) {
    arrays[name] = new ARRAYS[type](bytes, offset, count);
  }
  const indices = decodeIndices(arrays.indices);
  return { ...about, ...arrays, indices, points: decodePoints(arrays.points, about.low, about.extents) };
}

function decodeBase64(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

function inflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

// Each index is stored as its distance below the lowest number not used so far, so that new vertices are zeros.
function decodeIndices(stored) {
  const indices = new Uint32Array(stored.length);
  let next = 0;
  for (let i = 0; i < stored.length; i++) {
    indices[i] = next - stored[i];
    if (stored[i] === 0) next++;
  }
  return indices;
}

// Coordinates are in 65535ths of the part's box, each as the difference from the vertex before, modulo 2 to the 16.
function decodePoints(stored, low, extents) {
  const points = new Float32Array(stored.length);
  for (let axis = 0; axis < 3; axis++) {
    let step = 0;
    for (let i = axis; i < stored.length; i += 3) {
      step = (step + stored[i]) & 0xffff;
      points[i] = low[axis] + (step / 65535) * extents[axis];
    }
  }
  return points;
}
