import type { PlanetName } from '@sardonyx/close-approaches/mechanics';
import {
  BufferAttribute,
  BufferGeometry,
  Color,
  ColorManagement,
  Line,
  LineBasicMaterial,
  LinearSRGBColorSpace,
  LineSegments,
  PerspectiveCamera,
  Scene,
  Spherical,
  Vector3,
  WebGLRenderer,
  WebGLRenderTarget,
} from 'three';
import { OrbitControls } from 'three/addons/controls/OrbitControls.js';
import type { ElementsTable } from '../data/elements-table.js';
import { bodyPlace, elementsOf } from '../orbits/body-place.js';
import { orbitLine } from '../orbits/orbit-line.js';
import { type PlanetOrbit, planetOrbits, planetStateAt } from '../orbits/planet-orbits.js';
import { BodyPoints } from './body-points.js';
import type { BodyScene, SceneColours, SceneLabel } from './body-scene.js';
import { Markers } from './markers.js';

/** Half of the side of the square about the pointer in which bodies are found, pixels of the canvas. */
const pickReach = 6;
const startAt = new Vector3(0, -7.5, 6.5);

/** Bodies, planets and orbits in space, drawn by WebGL 2. */
export class SpaceScene implements BodyScene {
  readonly canvas: HTMLCanvasElement;
  onChange = (): void => undefined;
  readonly #renderer: WebGLRenderer;
  readonly #scene = new Scene();
  readonly #picking = new Scene();
  readonly #camera = new PerspectiveCamera(40, 1, 0.005, 400);
  readonly #controls: OrbitControls;
  readonly #bodies = new BodyPoints();
  readonly #markers = new Markers();
  readonly #planetLines = planetOrbits.map(({ elements }) => lineOf(orbitLine(elements)));
  readonly #bodyOrbits = new LineSegments(new BufferGeometry(), new LineBasicMaterial({ transparent: true, opacity: 0.9 }));
  readonly #target = new WebGLRenderTarget(2 * pickReach + 1, 2 * pickReach + 1);
  #planetOrbits = planetOrbits;
  readonly #planets = planetOrbits.map(() => new Float64Array(6));
  readonly #middle = new Vector3();
  #table: ElementsTable | undefined;
  #selected: number | undefined;
  #followed = -1;
  #jd = NaN;

  constructor(canvas: HTMLCanvasElement, context: WebGL2RenderingContext) {
    this.canvas = canvas;
    // Colours are those of the page, as they are: nothing here is lit.
    ColorManagement.enabled = false;
    this.#renderer = new WebGLRenderer({ canvas, context });
    this.#renderer.outputColorSpace = LinearSRGBColorSpace;
    this.#camera.up.set(0, 0, 1);
    this.#camera.position.copy(startAt);
    this.#controls = new OrbitControls(this.#camera, canvas);
    this.#controls.minDistance = 0.02;
    this.#controls.maxDistance = 150;
    this.#controls.addEventListener('change', () => this.onChange());
    this.#scene.add(this.#bodies.points, this.#markers.points, this.#bodyOrbits, ...this.#planetLines);
    this.#bodyOrbits.frustumCulled = false;
    this.#picking.add(this.#bodies.identities);
    this.#picking.background = new Color(0, 0, 0);
  }

  setBodies(table: ElementsTable): void {
    this.#table = table;
    this.#selected = undefined;
    this.setOrbits([]);
    this.#bodies.setBodies(table);
    this.#bodies.setTime(this.#jd);
  }

  setPlanets(orbits: readonly PlanetOrbit[]): void {
    if (orbits === this.#planetOrbits) return;
    this.#planetOrbits = orbits;
    orbits.forEach(({ elements }, index) => {
      const { geometry } = this.#planetLines[index]!;
      geometry.setAttribute('position', new BufferAttribute(orbitLine(elements), 3));
      geometry.computeBoundingSphere();
    });
    if (Number.isFinite(this.#jd)) this.setTime(this.#jd);
  }

  setTints(tints: Uint8Array): void {
    this.#bodies.setTints(tints);
  }

  setTime(jd: number): void {
    this.#jd = jd;
    this.#bodies.setTime(jd);
    this.#planetOrbits.forEach((planet, index) => planetStateAt(planet, jd, this.#planets[index]!));
    this.#keepInMiddle();
  }

  setColours({ ground, ink, faint, accent }: SceneColours): void {
    this.#renderer.setClearColor(new Color(ground));
    for (const { material } of this.#planetLines) material.color.set(faint);
    this.#bodyOrbits.material.color.set(accent);
    this.#markers.setColours({ ink, accent });
  }

  setOrbits(indices: readonly number[]): void {
    const table = this.#table;
    const lines = table === undefined ? [] : indices.map((index) => orbitLine(elementsOf(table, index)));
    this.#bodyOrbits.geometry.dispose();
    this.#bodyOrbits.geometry = new BufferGeometry();
    this.#bodyOrbits.geometry.setAttribute('position', new BufferAttribute(segmentsOf(lines), 3));
    this.#bodyOrbits.visible = lines.length > 0;
    // Many lines hide what is below them.
    this.#bodyOrbits.material.opacity = lines.length > 3 ? 0.35 : 0.9;
  }

  setSelected(index: number | undefined): void {
    this.#selected = index;
  }

  follow(planet: PlanetName | undefined): void {
    this.#followed = planetOrbits.findIndex(({ name }) => name === planet);
    this.#keepInMiddle();
  }

  turn(horizontal: number, vertical: number, zoom: number): void {
    const offset = this.#camera.position.clone().sub(this.#controls.target);
    // Spherical coordinates stand on the y axis; the ecliptic's pole is z.
    const at = new Spherical().setFromVector3(new Vector3(offset.x, offset.z, -offset.y));
    at.theta += horizontal;
    at.phi += vertical;
    at.radius = Math.min(this.#controls.maxDistance, Math.max(this.#controls.minDistance, at.radius * zoom));
    const turned = new Vector3().setFromSpherical(at.makeSafe());
    this.#camera.position.copy(this.#controls.target).add(new Vector3(turned.x, -turned.z, turned.y));
    this.#controls.update();
  }

  setShare(share: number): void {
    this.#bodies.setShare(share);
  }

  resize(width: number, height: number): void {
    this.#renderer.setPixelRatio(Math.min(2, devicePixelRatio));
    this.#renderer.setSize(width, height, false);
    this.#camera.aspect = width / height;
    // Narrow windows see as far to the sides as wide ones see up and down.
    this.#camera.fov = width < height ? (2 * Math.atan((Math.tan(Math.PI / 9) * height) / width) * 180) / Math.PI : 40;
    this.#camera.updateProjectionMatrix();
  }

  render(): void {
    const places = [[0, 0, 0], ...this.#planets] as ArrayLike<number>[];
    const selected = this.#selectedPlace();
    this.#markers.setPlaces(places, selected, this.#renderer.getPixelRatio());
    this.#bodies.setSize(pointSize(this.#bodies.count) * this.#renderer.getPixelRatio());
    this.#renderer.render(this.#scene, this.#camera);
  }

  async pick(x: number, y: number): Promise<number | undefined> {
    const ratio = this.#renderer.getPixelRatio();
    const side = 2 * pickReach + 1;
    const { width, height } = this.canvas;
    this.#camera.setViewOffset(width, height, Math.round(x * ratio) - pickReach, Math.round(y * ratio) - pickReach, side, side);
    this.#bodies.setSize(1);
    this.#renderer.setRenderTarget(this.#target);
    this.#renderer.render(this.#picking, this.#camera);
    this.#renderer.setRenderTarget(null);
    this.#camera.clearViewOffset();
    const pixels = new Uint8Array(4 * side * side);
    await this.#renderer.readRenderTargetPixelsAsync(this.#target, 0, 0, side, side, pixels);
    return nearestIdentity(pixels, side);
  }

  labels(): SceneLabel[] {
    const named: (readonly [string, ArrayLike<number>])[] = [
      ['Sun', [0, 0, 0]],
      ...planetOrbits.map(({ title }, index) => [title, this.#planets[index]!] as const),
    ];
    const selected = this.#selectedPlace();
    if (selected !== undefined) named.push([this.#table!.name(this.#selected!), selected]);
    return named.flatMap(([text, place]) => this.#labelAt(text, place));
  }

  dispose(): void {
    this.#controls.dispose();
    this.#bodies.dispose();
    this.#markers.dispose();
    this.#target.dispose();
    for (const line of [...this.#planetLines, this.#bodyOrbits]) {
      line.geometry.dispose();
      line.material.dispose();
    }
    this.#renderer.dispose();
  }

  #selectedPlace(): ArrayLike<number> | undefined {
    return this.#selected === undefined || this.#table === undefined ? undefined : bodyPlace(this.#table, this.#selected, this.#jd);
  }

  #labelAt(text: string, place: ArrayLike<number>): SceneLabel[] {
    const { clientWidth, clientHeight } = this.canvas;
    const { x, y, z } = new Vector3(place[0], place[1], place[2]).project(this.#camera);
    const isSeen = z < 1 && Math.abs(x) < 1 && Math.abs(y) < 1;
    return isSeen ? [{ text, x: ((1 + x) / 2) * clientWidth, y: ((1 - y) / 2) * clientHeight }] : [];
  }

  /** Moves camera and target together, so that what is followed stays where it is on the screen. */
  #keepInMiddle(): void {
    const [x = 0, y = 0, z = 0] = this.#planets[this.#followed] ?? [];
    const shift = new Vector3(x, y, z).sub(this.#middle);
    this.#middle.add(shift);
    this.#camera.position.add(shift);
    this.#controls.target.add(shift);
    this.#controls.update();
  }
}

/** Diameter of a body's point in CSS pixels: few ones are larger. */
function pointSize(count: number): number {
  if (count > 20_000) return 1.7;
  return count > 1000 ? 3 : 5;
}

function lineOf(points: Float32Array): Line<BufferGeometry, LineBasicMaterial> {
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(points, 3));
  return new Line(geometry, new LineBasicMaterial({ transparent: true, opacity: 0.55 }));
}

/** Polylines as pairs of ends, so that all are drawn at once. */
function segmentsOf(lines: readonly Float32Array[]): Float32Array {
  const pairs = new Float32Array(lines.reduce((sum, line) => sum + 2 * (line.length - 3), 0));
  let at = 0;
  for (const line of lines) {
    for (let from = 0; from + 3 < line.length; from += 3) {
      pairs.set(line.subarray(from, from + 6), at);
      at += 6;
    }
  }
  return pairs;
}

/** Index of the identity nearest to the middle of a square of pixels. */
function nearestIdentity(pixels: Uint8Array, side: number): number | undefined {
  const middle = (side - 1) / 2;
  let [nearest, least] = [0, Infinity];
  for (let pixel = 0; pixel < side * side; pixel++) {
    const identity = pixels[4 * pixel]! | (pixels[4 * pixel + 1]! << 8) | (pixels[4 * pixel + 2]! << 16);
    const distance = ((pixel % side) - middle) ** 2 + (Math.floor(pixel / side) - middle) ** 2;
    if (identity !== 0 && distance < least) [nearest, least] = [identity, distance];
  }
  return nearest === 0 ? undefined : nearest - 1;
}
