import type { TextLine } from './text-lines.js';

/** What the header of a table of a small body says of it, beside its orbit. NaN and undefined where it does not. */
export interface SmallBody {
  readonly absoluteMagnitude: number;
  readonly slope: number;
  /** au/d² at 1 au. */
  readonly force:
    | {
        readonly a1: number;
        readonly a2: number;
        readonly a3: number;
        /** Whether it falls with the square of the distance, as asteroids' does; comets' falls with the sublimation of ice. */
        readonly isInverseSquare: boolean;
      }
    | undefined;
}

/** Reads `H= 3.31`, `A2= -2.9E-14`, `NM= 2.` and the like, which stand several in a line. */
export function smallBodyOf(header: readonly TextLine[]): SmallBody {
  const physical = header.findIndex(({ text }) => /^\s*Asteroid physical parameters/i.test(text));
  const model = header.findIndex(({ text }) => /non-gravitational force model/i.test(text));
  const value = (from: number, name: string): number => {
    if (from < 0) return NaN;
    for (const { text } of header.slice(from + 1)) {
      const found = new RegExp(`(?:^|\\s)${name}=\\s*([-+.\\dEe]+)(?=\\s|$)`).exec(text);
      if (found !== null) return Number(found[1]);
    }
    return NaN;
  };
  const [a1 = 0, a2 = 0, a3 = 0] = ['A1', 'A2', 'A3'].map((name) => value(model, name) || 0);
  const isInverseSquare = value(model, 'ALN') === 1 && value(model, 'NK') === 0 && value(model, 'NM') === 2 && value(model, 'R0') === 1;
  return {
    absoluteMagnitude: value(physical, 'H'),
    slope: value(physical, 'G'),
    force: a1 === 0 && a2 === 0 && a3 === 0 ? undefined : { a1, a2, a3, isInverseSquare },
  };
}
