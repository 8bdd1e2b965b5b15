import type { Approach } from './approach-times.js';

const floats = ['jd', 'rMin', 'vRel', 'vInf', 'opikU', 'tisserand'] as const satisfies readonly (keyof Approach)[];
type FloatName = (typeof floats)[number];

/** Approaches as columns, 53 bytes each: statistics of millions of them hold nothing else. */
export class ApproachTable implements Iterable<Approach> {
  constructor(
    readonly particle: Uint32Array,
    /** Places in `planetNames`. */
    readonly planet: Uint8Array,
    readonly columns: Readonly<Record<FloatName, Float64Array>>,
  ) {}

  /** The same approaches; a table is taken as it is. */
  static of(approaches: Iterable<Approach>): ApproachTable {
    if (approaches instanceof ApproachTable) return approaches;
    const builder = new ApproachTableBuilder();
    for (const approach of approaches) builder.push(approach);
    return builder.build();
  }

  get length(): number {
    return this.particle.length;
  }

  at(row: number): Approach {
    const { jd, rMin, vRel, vInf, opikU, tisserand } = this.columns;
    return {
      particle: this.particle[row]!,
      planet: this.planet[row]!,
      jd: jd[row]!,
      rMin: rMin[row]!,
      vRel: vRel[row]!,
      vInf: vInf[row]!,
      opikU: opikU[row]!,
      tisserand: tisserand[row]!,
    };
  }

  *[Symbol.iterator](): IterableIterator<Approach> {
    for (let row = 0; row < this.length; row++) yield this.at(row);
  }

  /** Those for which `isWanted` holds. */
  filter(isWanted: (approach: Approach) => boolean): ApproachTable {
    const rows = new Uint32Array(this.length);
    let count = 0;
    for (let row = 0; row < this.length; row++) if (isWanted(this.at(row))) rows[count++] = row;
    return count === this.length ? this : this.select(rows.subarray(0, count));
  }

  /** The given rows, in their order. */
  select(rows: Uint32Array): ApproachTable {
    const taken = (values: Float64Array): Float64Array => {
      const out = new Float64Array(rows.length);
      for (let k = 0; k < rows.length; k++) out[k] = values[rows[k]!]!;
      return out;
    };
    const columns = Object.fromEntries(floats.map((name) => [name, taken(this.columns[name])])) as Record<FloatName, Float64Array>;
    return new ApproachTable(
      rows.map((row) => this.particle[row]!),
      Uint8Array.from(rows, (row) => this.planet[row]!),
      columns,
    );
  }

  /** A number of each. */
  values(of: (approach: Approach) => number): Float64Array {
    const out = new Float64Array(this.length);
    for (let row = 0; row < this.length; row++) out[row] = of(this.at(row));
    return out;
  }

  /** The rows by particle, then time, then planet. */
  byParticle(): Uint32Array {
    const { particle, planet } = this;
    const { jd } = this.columns;
    const rows = Uint32Array.from({ length: this.length }, (_, row) => row);
    return rows.sort((a, b) => particle[a]! - particle[b]! || jd[a]! - jd[b]! || planet[a]! - planet[b]! || a - b);
  }
}

/** Gathers approaches into columns. */
export class ApproachTableBuilder {
  #particle = new Uint32Array(1024);
  #planet = new Uint8Array(1024);
  #columns = Object.fromEntries(floats.map((name) => [name, new Float64Array(1024)])) as Record<FloatName, Float64Array>;
  #count = 0;

  push(approach: Approach): void {
    const row = this.#count++;
    if (row === this.#particle.length) this.#grow();
    this.#particle[row] = approach.particle;
    this.#planet[row] = approach.planet;
    for (const name of floats) this.#columns[name][row] = approach[name];
  }

  #grow(): void {
    const length = 2 * this.#particle.length;
    const longer = <T extends Uint32Array | Uint8Array | Float64Array>(values: T, to: T): T => {
      to.set(values);
      return to;
    };
    this.#particle = longer(this.#particle, new Uint32Array(length));
    this.#planet = longer(this.#planet, new Uint8Array(length));
    for (const name of floats) this.#columns[name] = longer(this.#columns[name], new Float64Array(length));
  }

  /** The table of what was pushed; the builder is done with. */
  build(): ApproachTable {
    const columns = Object.fromEntries(floats.map((name) => [name, this.#columns[name].subarray(0, this.#count)]));
    return new ApproachTable(
      this.#particle.subarray(0, this.#count),
      this.#planet.subarray(0, this.#count),
      columns as Record<FloatName, Float64Array>,
    );
  }
}
