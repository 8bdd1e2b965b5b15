import { BufferAttribute, BufferGeometry, DynamicDrawUsage, GLSL3, NoBlending, NormalBlending, Points, RawShaderMaterial } from 'three';
import type { ElementsTable } from '../data/elements-table.js';
import { keplerShader } from '../orbits/kepler-shader.js';
import { meanAnomaliesAt, meanMotions } from '../orbits/mean-anomalies.js';
import { axesOf } from '../orbits/orbit-line.js';
import { elementsOf } from '../orbits/body-place.js';

/** Days from the reference time beyond which mean anomalies are computed anew: n·Δt keeps its last digits in single precision. */
const rebaseAfter = 512;

const vertexShader = /* glsl */ `
precision highp float;
precision highp int;
uniform mat4 modelViewMatrix;
uniform mat4 projectionMatrix;
uniform float elapsed;
uniform float size;
in vec4 major;        // a·P, e
in vec3 minor;        // b·Q
in float meanAnomaly; // at the reference time
in float meanMotion;  // radians a day
in vec4 tint;
out vec3 colour;
${keplerShader}
void main() {
  vec2 place = placeOnEllipse(meanAnomaly + meanMotion * elapsed, major.w);
  gl_Position = projectionMatrix * modelViewMatrix * vec4(major.xyz * place.x + minor * place.y, 1.0);
  gl_PointSize = size;
  if (tint.a == 0.0) gl_Position = vec4(0.0, 0.0, 2.0, 1.0);
  #ifdef IDENTIFY
    int id = gl_VertexID + 1;
    colour = vec3(float(id & 255), float((id >> 8) & 255), float((id >> 16) & 255)) / 255.0;
  #else
    colour = tint.rgb;
  #endif
}
`;

const fragmentShader = /* glsl */ `
precision highp float;
uniform float opacity;
in vec3 colour;
out vec4 shown;
void main() {
  #ifdef IDENTIFY
    shown = vec4(colour, 1.0);
  #else
    float fromCentre = length(gl_PointCoord - 0.5);
    if (fromCentre > 0.5) discard;
    shown = vec4(colour, opacity);
  #endif
}
`;

/** Bodies as points that move in the vertex shader: nothing is sent to the graphics processor while time runs. */
export class BodyPoints {
  readonly points: Points<BufferGeometry, RawShaderMaterial>;
  /** The same points with their index + 1 as colour. */
  readonly identities: Points<BufferGeometry, RawShaderMaterial>;
  readonly #uniforms = { elapsed: { value: 0 }, size: { value: 2 }, opacity: { value: 1 } };
  #table: ElementsTable | undefined;
  #motions: Float64Array = new Float64Array();
  #anomalies = new BufferAttribute(new Float32Array(), 1);
  #reference = NaN;

  constructor() {
    const material = (defines: Record<string, string>) =>
      new RawShaderMaterial({
        glslVersion: GLSL3,
        vertexShader,
        fragmentShader,
        uniforms: this.#uniforms,
        defines,
        transparent: true,
        depthWrite: 'IDENTIFY' in defines,
        blending: 'IDENTIFY' in defines ? NoBlending : NormalBlending,
      });
    const geometry = new BufferGeometry();
    this.points = new Points(geometry, material({}));
    this.identities = new Points(geometry, material({ IDENTIFY: '' }));
    // The bodies are everywhere about the Sun; their extent is known to the shader alone.
    this.points.frustumCulled = this.identities.frustumCulled = false;
  }

  setBodies(table: ElementsTable): void {
    const count = table.a.length;
    const major = new Float32Array(4 * count);
    const minor = new Float32Array(3 * count);
    for (let index = 0; index < count; index++) placeAxes(table, index, major, minor);
    this.#table = table;
    this.#motions = meanMotions(table);
    this.#anomalies = new BufferAttribute(new Float32Array(count), 1).setUsage(DynamicDrawUsage);
    this.#reference = NaN;
    const geometry = new BufferGeometry();
    geometry.setAttribute('major', new BufferAttribute(major, 4));
    geometry.setAttribute('minor', new BufferAttribute(minor, 3));
    geometry.setAttribute('meanAnomaly', this.#anomalies);
    geometry.setAttribute('meanMotion', new BufferAttribute(Float32Array.from(this.#motions), 1));
    geometry.setAttribute('tint', new BufferAttribute(new Uint8Array(4 * count), 4, true));
    geometry.setDrawRange(0, count);
    this.points.geometry.dispose();
    this.points.geometry = this.identities.geometry = geometry;
    this.#uniforms.opacity.value = count > 20_000 ? 0.65 : 0.9;
  }

  setTints(tints: Uint8Array): void {
    const attribute = this.points.geometry.getAttribute('tint') as BufferAttribute;
    attribute.array.set(tints);
    attribute.needsUpdate = true;
  }

  setTime(jd: number): void {
    if (this.#table === undefined) return;
    if (!(Math.abs(jd - this.#reference) <= rebaseAfter)) {
      this.#reference = jd;
      meanAnomaliesAt(this.#table, this.#motions, jd, this.#anomalies.array as Float32Array);
      this.#anomalies.needsUpdate = true;
    }
    this.#uniforms.elapsed.value = jd - this.#reference;
  }

  /** Diameter of a point in pixels of the canvas. */
  setSize(pixels: number): void {
    this.#uniforms.size.value = pixels;
  }

  /** Draws the first bodies only. */
  setShare(share: number): void {
    this.points.geometry.setDrawRange(0, Math.ceil(share * this.count));
  }

  get count(): number {
    return this.#table?.a.length ?? 0;
  }

  dispose(): void {
    this.points.geometry.dispose();
    this.points.material.dispose();
    this.identities.material.dispose();
  }
}

function placeAxes(table: ElementsTable, index: number, major: Float32Array, minor: Float32Array): void {
  const { p, q } = axesOf(elementsOf(table, index));
  const [a, e] = [table.a[index]!, table.e[index]!];
  const b = a * Math.sqrt((1 - e) * (1 + e));
  for (let axis = 0; axis < 3; axis++) {
    major[4 * index + axis] = a * p[axis]!;
    minor[3 * index + axis] = b * q[axis]!;
  }
  major[4 * index + 3] = e;
}
