import { instantiate, memoryOf, pageBytes, workspaceStart } from '../kernels/web-assembly.js';
import { inverseDifferences, monomialOfNewton, newtonOfMonomial, shiftToEnd, terms } from './gauss-radau.js';
import { powersOf, type RadauArithmetic, RadauColumns } from './radau-columns.js';

/** The functions of `kernels/radau.ts`. */
interface Functions {
  radauPositions(h: number, dt: number, x: number, v: number, a: number, b: number, rest: number, out: number, width: number): void;
  radauVelocities(h: number, dt: number, v: number, a: number, b: number, rest: number, out: number, width: number): void;
  radauCorrect(
    n: number,
    at: number,
    a0: number,
    b: number,
    g: number,
    rest: number,
    change: number,
    inverses: number,
    monomials: number,
    width: number,
  ): number;
  radauNewton(b: number, g: number, newtons: number, width: number): void;
  radauPredict(from: number, b: number, predicted: number, shifts: number, powers: number, width: number): void;
  radauCommit(dt: number, x: number, v: number, a: number, b: number, restX: number, restV: number, width: number): void;
}

/** Byte addresses of the columns. */
type Places = Readonly<Record<Exclude<keyof RadauColumns, 'width'>, number>>;

const one = Float64Array.BYTES_PER_ELEMENT;
const rowBytes = terms * one;

/** Tables of coefficients, terms numbers a row. */
const tables = { inverses: inverseDifferences, monomials: monomialOfNewton, newtons: newtonOfMonomial, shifts: shiftToEnd };
type Table = keyof typeof tables;

/** The arithmetic of IAS15 on the columns of a memory of its own, compiled, two components at once. */
export class CompiledRadau implements RadauArithmetic {
  readonly columns: RadauColumns;
  readonly #functions: Functions;
  readonly #at: Places;
  /** Bytes of a column. */
  readonly #width: number;
  readonly #tables = { inverses: 0, monomials: 0, newtons: 0, shifts: 0 } satisfies Record<Table, number>;
  readonly #powers: Float64Array;

  /** For `size` components, and one more that stays 0 where they are odd in number. */
  constructor(size: number) {
    const width = 2 * Math.ceil(size / 2);
    const columnBytes = RadauColumns.bytes(width);
    const rows = Object.values(tables).reduce((sum, table) => sum + table.length, 1);
    const memory = memoryOf({ initial: Math.ceil((workspaceStart + columnBytes + rows * rowBytes) / pageBytes) });
    this.columns = new RadauColumns(width, memory.buffer, workspaceStart);
    this.#width = one * width;
    this.#at = placesOf(this.columns);
    let at = workspaceStart + columnBytes;
    for (const name of Object.keys(tables) as Table[]) {
      this.#tables[name] = at;
      for (const row of tables[name]) {
        new Float64Array(memory.buffer, at, row.length).set(row);
        at += rowBytes;
      }
    }
    this.#powers = new Float64Array(memory.buffer, at, terms);
    this.#functions = instantiate('local', memory) as unknown as Functions;
  }

  moveTo(h: number, dt: number, withVelocities: boolean): void {
    const at = this.#at;
    this.#functions.radauPositions(h, dt, at.x, at.v, at.a, at.b, at.restX, at.nodeX, this.#width);
    if (withVelocities) this.#functions.radauVelocities(h, dt, at.v, at.a, at.b, at.restV, at.nodeV, this.#width);
  }

  correct(n: number): number {
    const { nodeA, a, b, g, restB, change } = this.#at;
    const [inverses, monomials] = [this.#tables.inverses + n * rowBytes, this.#tables.monomials + (n - 1) * rowBytes];
    return this.#functions.radauCorrect(n, nodeA, a, b, g, restB, change, inverses, monomials, this.#width);
  }

  newtonFromMonomial(): void {
    this.#functions.radauNewton(this.#at.b, this.#at.g, this.#tables.newtons, this.#width);
  }

  predict(from: 'b' | 'done', ratio: number): void {
    const { b, predicted, [from]: given } = this.#at;
    this.#powers.set(powersOf(ratio));
    this.#functions.radauPredict(given, b, predicted, this.#tables.shifts, this.#powers.byteOffset, this.#width);
  }

  commit(dt: number): void {
    const { x, v, a, b, restX, restV } = this.#at;
    this.#functions.radauCommit(dt, x, v, a, b, restX, restV, this.#width);
  }
}

function placesOf(columns: RadauColumns): Places {
  const arrays = Object.entries(columns).filter(([, value]) => value instanceof Float64Array) as [keyof Places, Float64Array][];
  return Object.fromEntries(arrays.map(([name, { byteOffset }]) => [name, byteOffset])) as Places;
}
