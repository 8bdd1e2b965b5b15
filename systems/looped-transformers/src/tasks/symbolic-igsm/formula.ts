/** What a parameter is defined as. Arithmetic is modulo a prime that the problem gives. */
export type Formula =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'parameter'; readonly name: string }
  /** Two or more terms. */
  | { readonly kind: 'sum'; readonly terms: readonly Formula[] }
  | { readonly kind: 'difference'; readonly left: Formula; readonly right: Formula }
  | { readonly kind: 'multiple'; readonly factor: number; readonly of: Formula };

export const parameter = (name: string): Formula => ({ kind: 'parameter', name });

/** The formulas right under this one, in the order they are written. */
function parts(formula: Formula): readonly Formula[] {
  switch (formula.kind) {
    case 'sum':
      return formula.terms;
    case 'difference':
      return [formula.left, formula.right];
    case 'multiple':
      return [formula.of];
    default:
      return [];
  }
}

/** The parameters that a formula uses, in the order they are written, each once. */
export const parametersOf = (formula: Formula): string[] => [
  ...new Set(formula.kind === 'parameter' ? [formula.name] : parts(formula).flatMap(parametersOf)),
];

/** Additions, subtractions and multiplications. A constant and a copy take none. */
export function operationsOf(formula: Formula): number {
  const inner = parts(formula);
  const own = formula.kind === 'multiple' ? 1 : Math.max(0, inner.length - 1);
  return inner.reduce((total, part) => total + operationsOf(part), own);
}

/** The value modulo `modulus`, from 0 to `modulus` − 1, of a formula whose parameters have values. */
export function valueOf(formula: Formula, valueOfParameter: (name: string) => number, modulus: number): number {
  const value = (part: Formula): number => valueOf(part, valueOfParameter, modulus);
  const reduced = (x: number): number => ((x % modulus) + modulus) % modulus;
  switch (formula.kind) {
    case 'constant':
      return reduced(formula.value);
    case 'parameter':
      return valueOfParameter(formula.name);
    case 'sum':
      return reduced(formula.terms.reduce((total, term) => total + value(term), 0));
    case 'difference':
      return reduced(value(formula.left) - value(formula.right));
    case 'multiple':
      return reduced(reduced(formula.factor) * value(formula.of));
  }
}

/**
 * A formula as text. Parentheses stand where the text would otherwise be read as another formula: 2 * (A#E + A#F), since
 * 2 * A#E + A#F doubles A#E alone.
 */
export function printFormula(formula: Formula): string {
  const isAdditive = ({ kind }: Formula): boolean => kind === 'sum' || kind === 'difference';
  const inParentheses = (part: Formula): string => (isAdditive(part) ? `(${printFormula(part)})` : printFormula(part));
  switch (formula.kind) {
    case 'constant':
      return String(formula.value);
    case 'parameter':
      return formula.name;
    case 'sum': {
      const [first, ...others] = formula.terms;
      // Sums and differences are read from the left, and a run of + is one sum.
      const start = first!.kind === 'sum' ? inParentheses(first!) : printFormula(first!);
      return [start, ...others.map(inParentheses)].join(' + ');
    }
    case 'difference':
      return `${printFormula(formula.left)} - ${inParentheses(formula.right)}`;
    case 'multiple':
      return `${formula.factor} * ${inParentheses(formula.of)}`;
  }
}
