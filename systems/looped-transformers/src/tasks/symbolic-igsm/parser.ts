import type { Formula } from './formula.js';
import { type Lexeme, lexemes, syntaxError } from './lexer.js';
import type { Question } from './question.js';

/**
 * Reads a question:
 *
 * ```
 * question   = { parameter ":=" sum "." } parameter "?"
 * sum        = term { ( "+" | "-" ) term }
 * term       = number "*" term | number | parameter | "(" sum ")"
 * parameter  = letter "#" letter
 * ```
 *
 * A factor binds to the term after it: `2 * A#E + A#F` doubles A#E, `2 * (A#E + A#F)` doubles both. The paper's printed
 * example leaves the parentheses out where its solution has them.
 * @throws {TaskError} `syntax` with the position, what was found there and what is allowed, also for a second definition
 */
export function parseQuestion(text: string): Question {
  const reader = new Reader(text);
  const definitions = new Map<string, Formula>();
  for (;;) {
    const position = reader.position;
    const name = reader.parameter();
    if (reader.take([':=', '?']) === '?') {
      reader.expectEnd();
      return { definitions, query: name };
    }
    if (definitions.has(name)) throw syntaxError(position, [`a parameter other than ${name}, which is defined before`], name);
    definitions.set(name, reader.sum());
    reader.close('.');
  }
}

class Reader {
  private readonly lexemes: readonly Lexeme[];
  private next = 0;

  constructor(private readonly text: string) {
    this.lexemes = lexemes(text);
  }

  /** Where the next token starts; the length of the text at its end. */
  get position(): number {
    return this.lexemes[this.next]?.position ?? this.text.length;
  }

  parameter(): string {
    const parent = this.takeMatching(/^[A-Z]$/, 'a letter from A to Z');
    this.take(['#']);
    return `${parent}#${this.takeMatching(/^[A-Z]$/, 'a letter from A to Z')}`;
  }

  sum(): Formula {
    let formula = this.term();
    for (;;) {
      if (this.ahead === '+') {
        const terms = [formula];
        while (this.ahead === '+') {
          this.next += 1;
          terms.push(this.term());
        }
        formula = { kind: 'sum', terms };
      } else if (this.ahead === '-') {
        this.next += 1;
        formula = { kind: 'difference', left: formula, right: this.term() };
      } else {
        return formula;
      }
    }
  }

  take(allowed: readonly string[]): string {
    const found = this.ahead;
    if (found === undefined || !allowed.includes(found)) return this.refuse(allowed);
    this.next += 1;
    return found;
  }

  /** Takes the mark that ends a sum, where the sum could also go on. */
  close(mark: ')' | '.'): void {
    const afterNumber = /^\d+$/.test(this.lexemes[this.next - 1]?.text ?? '');
    if (this.ahead !== mark) this.refuse([mark, '+', '-', ...(afterNumber ? ['*'] : [])]);
    this.next += 1;
  }

  expectEnd(): void {
    if (this.ahead !== undefined) throw syntaxError(this.position, ['the end of the text'], this.ahead);
  }

  private refuse(allowed: readonly string[]): never {
    const quoted = allowed.map((text) => JSON.stringify(text));
    throw syntaxError(this.position, quoted, this.ahead);
  }

  private get ahead(): string | undefined {
    return this.lexemes[this.next]?.text;
  }

  private term(): Formula {
    const found = this.ahead;
    if (found === '(') {
      this.next += 1;
      const inner = this.sum();
      this.close(')');
      return inner;
    }
    if (found !== undefined && /^\d+$/.test(found)) {
      this.next += 1;
      if (this.ahead !== '*') return { kind: 'constant', value: Number(found) };
      this.next += 1;
      return { kind: 'multiple', factor: Number(found), of: this.term() };
    }
    if (found !== undefined && /^[A-Z]$/.test(found)) return { kind: 'parameter', name: this.parameter() };
    throw syntaxError(this.position, ['a number', 'a letter from A to Z', '"("'], found);
  }

  private takeMatching(pattern: RegExp, description: string): string {
    const found = this.ahead;
    if (found === undefined || !pattern.test(found)) throw syntaxError(this.position, [description], found);
    this.next += 1;
    return found;
  }
}
