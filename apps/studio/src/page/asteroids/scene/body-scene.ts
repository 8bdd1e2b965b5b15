import type { PlanetName } from '@sardonyx/close-approaches/mechanics';
import type { ElementsTable } from '../data/elements-table.js';
import type { PlanetOrbit } from '../orbits/planet-orbits.js';

/** Colours of a scene as CSS text. */
export interface SceneColours {
  readonly ground: string;
  readonly ink: string;
  readonly faint: string;
  readonly accent: string;
}

/** A name and where it stands, CSS pixels from the upper left. */
export interface SceneLabel {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

/** A drawing of many bodies about the Sun: with WebGL 2 in space, without it as a plan of the ecliptic. */
export interface BodyScene {
  readonly canvas: HTMLCanvasElement;
  setBodies(table: ElementsTable): void;
  /** Mercury to Neptune. */
  setPlanets(orbits: readonly PlanetOrbit[]): void;
  /** Red, green, blue, and 0 for bodies that are not shown, a byte each. */
  setTints(tints: Uint8Array): void;
  setTime(jd: number): void;
  setColours(colours: SceneColours): void;
  /** Bodies whose orbits are drawn. */
  setOrbits(indices: readonly number[]): void;
  /** The body that is marked. */
  setSelected(index: number | undefined): void;
  /** Keeps the Sun or a planet in the middle. */
  follow(planet: PlanetName | undefined): void;
  /** Turns the view by angles in radians, and changes its distance by a factor. */
  turn(horizontal: number, vertical: number, zoom: number): void;
  /** The share of the bodies that is drawn, from 0 to 1. */
  setShare(share: number): void;
  resize(width: number, height: number): void;
  render(): void;
  /** The shown body nearest to a place on the canvas (CSS pixels), within a few pixels. */
  pick(x: number, y: number): Promise<number | undefined>;
  /** The Sun, the planets and the marked body. */
  labels(): SceneLabel[];
  /** Called when the reader's pointer has changed the view. */
  onChange: () => void;
  dispose(): void;
}
