import type { PlanetName } from '@sardonyx/close-approaches/mechanics';
import type { ElementsTable } from '../data/elements-table.js';
import { bodyPlace, elementsOf } from '../orbits/body-place.js';
import { placeOnEllipseSingle } from '../orbits/kepler-float32.js';
import { meanAnomaliesAt, meanMotions } from '../orbits/mean-anomalies.js';
import { axesOf, orbitLine } from '../orbits/orbit-line.js';
import { type PlanetOrbit, planetOrbits, planetStateAt } from '../orbits/planet-orbits.js';
import type { BodyScene, SceneColours, SceneLabel } from './body-scene.js';

/** As many bodies are drawn at most: the processor has to move them all. */
const mostBodies = 20_000;
const pickReach = 8;
/** au from the middle to the nearer edges at first. */
const startReach = 4.2;

/** The ecliptic seen from its north pole, drawn without WebGL. */
export class PlanScene implements BodyScene {
  readonly canvas: HTMLCanvasElement;
  onChange = (): void => undefined;
  readonly #context: CanvasRenderingContext2D;
  #planetOrbits = planetOrbits;
  readonly #planets = planetOrbits.map(() => new Float64Array(6));
  #colours: SceneColours = { ground: 'Canvas', ink: 'CanvasText', faint: 'GrayText', accent: 'Highlight' };
  #table: ElementsTable | undefined;
  #motions: Float64Array = new Float64Array();
  #anomalies = new Float32Array();
  /** P and Q of the bodies that are drawn, times a and b: x and y of each. */
  #axes = new Float32Array();
  /** Places x, y in au. */
  #places = new Float32Array();
  #tints: Uint8Array = new Uint8Array();
  #orbits: readonly Float32Array[] = [];
  #selected: number | undefined;
  #followed = -1;
  #jd = 0;
  #reach = startReach;
  #heading = 0;
  #share = 1;
  #size = { width: 1, height: 1 };

  constructor(canvas: HTMLCanvasElement) {
    this.canvas = canvas;
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('Cannot draw the bodies: expected a canvas with a 2D context, the browser gave none.');
    this.#context = context;
  }

  setBodies(table: ElementsTable): void {
    const count = Math.min(table.a.length, mostBodies);
    this.#table = table;
    this.#motions = meanMotions(table).subarray(0, count);
    this.#anomalies = new Float32Array(count);
    this.#places = new Float32Array(2 * count);
    this.#axes = new Float32Array(4 * count);
    for (let index = 0; index < count; index++) {
      const { p, q } = axesOf(elementsOf(table, index));
      const a = table.a[index]!;
      this.#axes.set([a * p[0]!, a * p[1]!, a * q[0]!, a * q[1]!], 4 * index);
    }
    this.#selected = undefined;
    this.#orbits = [];
    this.setTime(this.#jd);
  }

  setPlanets(orbits: readonly PlanetOrbit[]): void {
    this.#planetOrbits = orbits;
    this.setTime(this.#jd);
  }

  setTints(tints: Uint8Array): void {
    this.#tints = tints;
  }

  setTime(jd: number): void {
    this.#jd = jd;
    this.#planetOrbits.forEach((planet, index) => planetStateAt(planet, jd, this.#planets[index]!));
    if (this.#table === undefined) return;
    meanAnomaliesAt(this.#table, this.#motions, jd, this.#anomalies);
    this.#anomalies.forEach((anomaly, index) => {
      const [along, ahead] = placeOnEllipseSingle(anomaly, this.#table!.e[index]!);
      const at = 4 * index;
      this.#places[2 * index] = along * this.#axes[at]! + ahead * this.#axes[at + 2]!;
      this.#places[2 * index + 1] = along * this.#axes[at + 1]! + ahead * this.#axes[at + 3]!;
    });
  }

  setColours(colours: SceneColours): void {
    this.#colours = colours;
  }

  setOrbits(indices: readonly number[]): void {
    const table = this.#table;
    this.#orbits = table === undefined ? [] : indices.map((index) => orbitLine(elementsOf(table, index)));
  }

  setSelected(index: number | undefined): void {
    this.#selected = index;
  }

  follow(planet: PlanetName | undefined): void {
    this.#followed = planetOrbits.findIndex(({ name }) => name === planet);
  }

  turn(horizontal: number, _vertical: number, zoom: number): void {
    this.#heading += horizontal;
    this.#reach = Math.min(60, Math.max(0.02, this.#reach * zoom));
    this.onChange();
  }

  setShare(share: number): void {
    this.#share = share;
  }

  resize(width: number, height: number): void {
    const ratio = Math.min(2, devicePixelRatio);
    this.#size = { width, height };
    this.canvas.width = width * ratio;
    this.canvas.height = height * ratio;
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0);
  }

  render(): void {
    const { width, height } = this.#size;
    this.#context.fillStyle = this.#colours.ground;
    this.#context.fillRect(0, 0, width, height);
    this.#context.lineWidth = 1;
    for (const { elements } of this.#planetOrbits) this.#drawLine(orbitLine(elements), this.#colours.faint);
    this.#drawBodies();
    for (const orbit of this.#orbits) this.#drawLine(orbit, this.#colours.accent);
    this.#drawDisc([0, 0], 5, '#e0a100');
    for (const planet of this.#planets) this.#drawDisc(planet, 3, this.#colours.ink);
    const selected = this.#selectedPlace();
    if (selected !== undefined) this.#drawDisc(selected, 4, this.#colours.accent);
  }

  pick(x: number, y: number): Promise<number | undefined> {
    let [nearest, least]: [number | undefined, number] = [undefined, pickReach * pickReach];
    for (let index = 0; index < this.#anomalies.length; index++) {
      if (this.#tints[4 * index + 3] === 0) continue;
      const [px, py] = this.#onCanvas(this.#places[2 * index]!, this.#places[2 * index + 1]!);
      const distance = (px - x) ** 2 + (py - y) ** 2;
      if (distance < least) [nearest, least] = [index, distance];
    }
    return Promise.resolve(nearest);
  }

  labels(): SceneLabel[] {
    const named: [string, ArrayLike<number>][] = [
      ['Sun', [0, 0]],
      ...planetOrbits.map(({ title }, index): [string, ArrayLike<number>] => [title, this.#planets[index]!]),
    ];
    const selected = this.#selectedPlace();
    if (selected !== undefined) named.push([this.#table!.name(this.#selected!), selected]);
    const { width, height } = this.#size;
    return named
      .map(([text, place]) => {
        const [x, y] = this.#onCanvas(place[0]!, place[1]!);
        return { text, x, y };
      })
      .filter(({ x, y }) => x > 0 && x < width && y > 0 && y < height);
  }

  dispose(): void {
    this.onChange = () => undefined;
  }

  #selectedPlace(): ArrayLike<number> | undefined {
    return this.#selected === undefined || this.#table === undefined ? undefined : bodyPlace(this.#table, this.#selected, this.#jd);
  }

  /** CSS pixels of a place in the ecliptic, au. */
  #onCanvas(x: number, y: number): [number, number] {
    const { width, height } = this.#size;
    const scale = Math.min(width, height) / 2 / this.#reach;
    const [middleX = 0, middleY = 0] = this.#planets[this.#followed] ?? [];
    const [dx, dy] = [x - middleX, y - middleY];
    const [sine, cosine] = [Math.sin(this.#heading), Math.cos(this.#heading)];
    return [width / 2 + scale * (cosine * dx - sine * dy), height / 2 - scale * (sine * dx + cosine * dy)];
  }

  #drawBodies(): void {
    for (let index = 0; index < this.#share * this.#anomalies.length; index++) {
      const [red, green, blue, shown] = this.#tints.subarray(4 * index, 4 * index + 4);
      if (shown === 0) continue;
      const [x, y] = this.#onCanvas(this.#places[2 * index]!, this.#places[2 * index + 1]!);
      this.#context.fillStyle = `rgb(${red} ${green} ${blue})`;
      this.#context.fillRect(x - 0.75, y - 0.75, 1.5, 1.5);
    }
  }

  #drawLine(points: Float32Array, colour: string): void {
    this.#context.strokeStyle = colour;
    this.#context.beginPath();
    for (let at = 0; at < points.length; at += 3) this.#context.lineTo(...this.#onCanvas(points[at]!, points[at + 1]!));
    this.#context.stroke();
  }

  #drawDisc(place: ArrayLike<number>, radius: number, colour: string): void {
    this.#context.fillStyle = colour;
    this.#context.beginPath();
    this.#context.arc(...this.#onCanvas(place[0]!, place[1]!), radius, 0, 2 * Math.PI);
    this.#context.fill();
  }
}
