import { BufferAttribute, BufferGeometry, Color, GLSL3, Points, RawShaderMaterial } from 'three';

const vertexShader = /* glsl */ `
precision highp float;
uniform mat4 modelViewMatrix;
uniform mat4 projectionMatrix;
in vec3 position;
in float size;
in float ring;
in vec3 tint;
out vec3 colour;
out float isRing;
void main() {
  gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
  gl_PointSize = size;
  colour = tint;
  isRing = ring;
}
`;

const fragmentShader = /* glsl */ `
precision highp float;
in vec3 colour;
in float isRing;
out vec4 shown;
void main() {
  float fromCentre = 2.0 * length(gl_PointCoord - 0.5);
  if (fromCentre > 1.0 || (isRing > 0.5 && fromCentre < 0.7)) discard;
  shown = vec4(colour, 1.0);
}
`;

/** The Sun and eight planets, and a ring about the body that is marked. */
const most = 10;
const sunSize = 11;
/** Diameters in CSS pixels, Mercury to Neptune: large ones are larger. */
const planetSizes = [5, 6.5, 6.5, 5.5, 9, 8.5, 7.5, 7.5];
const ringSize = 15;

/** Sun, planets and the marked body as discs of constant size. */
export class Markers {
  readonly points: Points<BufferGeometry, RawShaderMaterial>;
  readonly #places = new BufferAttribute(new Float32Array(3 * most), 3);
  readonly #sizes = new BufferAttribute(new Float32Array(most), 1);
  readonly #tints = new BufferAttribute(new Float32Array(3 * most), 3);

  constructor() {
    const geometry = new BufferGeometry();
    geometry.setAttribute('position', this.#places);
    geometry.setAttribute('size', this.#sizes);
    geometry.setAttribute('tint', this.#tints);
    geometry.setAttribute(
      'ring',
      new BufferAttribute(
        Float32Array.from({ length: most }, (_, at) => (at === most - 1 ? 1 : 0)),
        1,
      ),
    );
    this.points = new Points(geometry, new RawShaderMaterial({ glslVersion: GLSL3, vertexShader, fragmentShader }));
    this.points.frustumCulled = false;
    this.points.renderOrder = 1;
  }

  /** The Sun's and planets' places in au, and that of the marked body. */
  setPlaces(places: readonly ArrayLike<number>[], marked: ArrayLike<number> | undefined, pixelRatio: number): void {
    const all = marked === undefined ? places : [...places, marked];
    all.forEach((place, at) => this.#places.setXYZ(at, place[0]!, place[1]!, place[2]!));
    [sunSize, ...planetSizes, ringSize].forEach((size, at) => this.#sizes.setX(at, size * pixelRatio));
    this.#places.needsUpdate = this.#sizes.needsUpdate = true;
    this.points.geometry.setDrawRange(0, all.length);
  }

  setColours({ ink, accent }: { readonly ink: string; readonly accent: string }): void {
    const colour = new Color();
    for (let at = 0; at < most; at++) {
      colour.set(at === 0 ? '#e0a100' : at === most - 1 ? accent : ink);
      this.#tints.setXYZ(at, colour.r, colour.g, colour.b);
    }
    this.#tints.needsUpdate = true;
  }

  dispose(): void {
    this.points.geometry.dispose();
    this.points.material.dispose();
  }
}
