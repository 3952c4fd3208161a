// The 3D view: the part, a camera that goes round it, and a way to look at one place.
import {
  AmbientLight, CanvasTexture, Color, DirectionalLight, HemisphereLight, Mesh, MeshBasicMaterial, MeshStandardMaterial,
  PerspectiveCamera, Raycaster, Scene, Spherical, Sprite, SpriteMaterial, SRGBColorSpace, Vector2, Vector3, WebGLRenderer,
} from "three";
import { OrbitControls } from "three/examples/jsm/controls/OrbitControls.js";
import { buildGeometry, pickFaces, scaleTexture } from "./surface.js";

const CLAY = 0xc9c2b8;
const PICKED = 0x0077d6;
const FIELD_OF_VIEW_DEG = 28;
const MOVE_MS = 450;
const ROOM = 1.05; // round what is looked at

export class View {
  constructor(canvas, part) {
    this.part = part;
    this.canvas = canvas;
    this.renderer = new WebGLRenderer({ canvas, antialias: true, alpha: true });
    this.scene = new Scene();
    this.camera = new PerspectiveCamera(FIELD_OF_VIEW_DEG, 1, 0.1, 1000);
    this.camera.up.set(0, 0, 1);
    this.geometry = buildGeometry(part);
    this.materials = this.#makeMaterials();
    this.mesh = new Mesh(this.geometry, this.materials.plain);
    this.scene.add(this.mesh, this.camera);
    this.#addLights();
    this.#addMarks();
    this.controls = new OrbitControls(this.camera, canvas);
    this.controls.addEventListener("change", () => this.draw());
    this.controls.addEventListener("start", () => this.#stopMoving());
    this.lookAtAll(false);
    new ResizeObserver(() => this.#fit()).observe(canvas.parentElement);
    this.#fit();
  }

  get modes() {
    return Object.keys(this.materials);
  }

  show(mode) {
    const map = this.part.maps[mode];
    if (map) this.geometry.setAttribute("uv", this.geometry.getAttribute(`${mode}Step`));
    if (this.part.paints.includes(mode)) this.geometry.setAttribute("color", this.geometry.getAttribute(`${mode}Paint`));
    this.mesh.material = this.materials[mode];
    this.mode = mode;
    this.draw();
  }

  lookAtAll(smoothly = true) {
    const { centre, radius } = this.part;
    this.clearFinding();
    this.#moveTo(new Vector3(...centre), directionOf(-28, 12), this.#distanceFor(radius), smoothly);
  }

  lookAtFinding(index) {
    const place = this.part.findings[index];
    this.clearFinding();
    if (place.faces.length) {
      this.picked.geometry = pickFaces(this.geometry, place.faces);
      this.picked.visible = true;
    }
    this.marker.position.set(...place.point);
    this.marker.visible = true;
    this.finding = index;
    this.#moveTo(new Vector3(...place.target), new Vector3(...place.direction), this.#distanceFor(place.radius), true);
  }

  clearFinding() {
    this.finding = null;
    this.picked.visible = this.marker.visible = false;
  }

  turn(azimuthDeg, elevationDeg) {
    this.#stopMoving();
    const offset = this.camera.position.clone().sub(this.controls.target);
    const turned = new Spherical().setFromVector3(yUp(offset));
    turned.theta += (azimuthDeg * Math.PI) / 180;
    turned.phi = Math.min(Math.max(turned.phi - (elevationDeg * Math.PI) / 180, 0.02), Math.PI - 0.02);
    this.camera.position.copy(this.controls.target).add(zUp(new Vector3().setFromSpherical(turned)));
    this.controls.update();
    this.draw();
  }

  zoom(factor) {
    this.#stopMoving();
    const offset = this.camera.position.clone().sub(this.controls.target);
    const distance = Math.min(Math.max(offset.length() * factor, this.controls.minDistance), this.controls.maxDistance);
    this.camera.position.copy(this.controls.target).add(offset.setLength(distance));
    this.controls.update();
    this.draw();
  }

  // What the shown map says at a point of the canvas, or null.
  valueAt(x, y) {
    const map = this.part.maps[this.mode];
    if (!map) return null;
    const { width, height } = this.canvas.getBoundingClientRect();
    const ray = new Raycaster();
    ray.setFromCamera(new Vector2((x / width) * 2 - 1, 1 - (y / height) * 2), this.camera);
    const hit = ray.intersectObject(this.mesh)[0];
    if (!hit) return null;
    const face = hit.faceIndex;
    const step = this.part[this.mode][map.per === "face" ? face : this.#nearestCorner(face, hit.point)];
    return { value: map.low + (step / 255) * (map.high - map.low), atEnd: step === 255 && map.open_end, unit: map.unit };
  }

  draw() {
    if (this.drawing) return;
    this.drawing = requestAnimationFrame(() => {
      this.drawing = null;
      this.#drawNow();
    });
  }

  #drawNow() {
    const distance = this.camera.position.distanceTo(this.controls.target);
    const reach = this.part.radius * 2 + distance;
    this.camera.near = Math.max(distance - this.part.radius * 3, reach / 2000);
    this.camera.far = reach * 2;
    this.camera.updateProjectionMatrix();
    this.renderer.render(this.scene, this.camera);
  }

  #nearestCorner(face, point) {
    const corners = [0, 1, 2].map((k) => this.part.indices[face * 3 + k]);
    const away = (corner) => new Vector3().fromArray(this.part.points, corner * 3).distanceToSquared(point);
    return corners.reduce((best, corner) => (away(corner) < away(best) ? corner : best));
  }

  #makeMaterials() {
    const look = { roughness: 0.82, metalness: 0 };
    const materials = { plain: new MeshStandardMaterial({ ...look, color: CLAY }) };
    for (const name of this.part.paints) materials[name] = new MeshStandardMaterial({ ...look, vertexColors: true });
    for (const name of Object.keys(this.part.maps)) {
      materials[name] = new MeshStandardMaterial({ ...look, map: scaleTexture(this.part[`${name}Table`]) });
    }
    return materials;
  }

  #addLights() {
    const key = new DirectionalLight(0xffffff, 1.9);
    key.position.set(-0.45, 0.62, 0.64);
    const fill = new DirectionalLight(0xffffff, 0.5);
    fill.position.set(0.8, 0.05, 0.6);
    this.camera.add(key, fill, key.target, fill.target);
    for (const light of [key, fill]) light.target.position.set(0, 0, -1);
    const sky = new HemisphereLight(0xffffff, 0xb8b0a6, 1.35);
    sky.position.set(0, 0, 1);
    this.scene.add(sky, new AmbientLight(0xffffff, 0.25));
  }

  #addMarks() {
    const paint = new MeshBasicMaterial({ color: PICKED, polygonOffset: true, polygonOffsetFactor: -2, polygonOffsetUnits: -4, transparent: true, opacity: 0.85 });
    this.picked = new Mesh(this.geometry, paint);
    const ring = new SpriteMaterial({ map: ringTexture(), depthTest: false, sizeAttenuation: false, transparent: true });
    this.marker = new Sprite(ring);
    this.marker.scale.setScalar(0.042);
    this.picked.visible = this.marker.visible = false;
    this.scene.add(this.picked, this.marker);
  }

  #distanceFor(radius) {
    const half = (FIELD_OF_VIEW_DEG / 2) * (Math.PI / 180);
    const narrow = Math.min(1, this.camera.aspect || 1);
    return (radius * ROOM) / Math.sin(Math.atan(Math.tan(half) * narrow));
  }

  #moveTo(target, direction, distance, smoothly) {
    this.#stopMoving();
    this.controls.minDistance = this.part.radius * 0.08;
    this.controls.maxDistance = this.part.radius * 12;
    const place = target.clone().add(direction.clone().setLength(distance));
    if (!smoothly || matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.#place(place, target);
      return;
    }
    const from = { offset: this.camera.position.clone().sub(this.controls.target), target: this.controls.target.clone() };
    const a = new Spherical().setFromVector3(yUp(from.offset));
    const b = new Spherical().setFromVector3(yUp(place.clone().sub(target)));
    const turn = Math.atan2(Math.sin(b.theta - a.theta), Math.cos(b.theta - a.theta));
    const begun = performance.now();
    const step = (now) => {
      const share = Math.min((now - begun) / MOVE_MS, 1);
      const eased = share * share * (3 - 2 * share);
      const between = new Spherical(
        a.radius * (b.radius / a.radius) ** eased, a.phi + (b.phi - a.phi) * eased, a.theta + turn * eased,
      ).makeSafe();
      const at = from.target.clone().lerp(target, eased);
      this.#place(zUp(new Vector3().setFromSpherical(between)).add(at), at);
      this.moving = share < 1 ? requestAnimationFrame(step) : null;
    };
    this.moving = requestAnimationFrame(step);
  }

  #place(position, target) {
    this.camera.position.copy(position);
    this.controls.target.copy(target);
    this.controls.update();
    this.draw();
  }

  #stopMoving() {
    if (this.moving) cancelAnimationFrame(this.moving);
    this.moving = null;
  }

  #fit() {
    const { clientWidth: width, clientHeight: height } = this.canvas.parentElement;
    if (!width || !height) return;
    const before = this.#distanceFor(1);
    this.renderer.setPixelRatio(Math.min(devicePixelRatio, 2));
    this.renderer.setSize(width, height, false);
    this.camera.aspect = width / height;
    const offset = this.camera.position.clone().sub(this.controls.target);
    this.camera.position.copy(this.controls.target).add(offset.multiplyScalar(this.#distanceFor(1) / before));
    this.#drawNow();
  }
}

// The direction towards a viewer at an azimuth (0 front, 90 the figure's own left) and an elevation, Z up.
function directionOf(azimuthDeg, elevationDeg) {
  const [az, el] = [azimuthDeg, elevationDeg].map((deg) => (deg * Math.PI) / 180);
  return new Vector3(Math.sin(az) * Math.cos(el), -Math.cos(az) * Math.cos(el), Math.sin(el));
}

const yUp = (v) => new Vector3(v.x, v.z, -v.y);
const zUp = (v) => new Vector3(v.x, -v.z, v.y);

function ringTexture() {
  const canvas = Object.assign(document.createElement("canvas"), { width: 128, height: 128 });
  const paint = canvas.getContext("2d");
  for (const [width, colour] of [[22, "#ffffff"], [12, `#${new Color(PICKED).getHexString()}`]]) {
    paint.beginPath();
    paint.arc(64, 64, 48, 0, 2 * Math.PI);
    paint.lineWidth = width;
    paint.strokeStyle = colour;
    paint.stroke();
  }
  const texture = new CanvasTexture(canvas);
  texture.colorSpace = SRGBColorSpace;
  return texture;
}
