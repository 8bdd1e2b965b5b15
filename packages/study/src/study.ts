import { z } from 'zod';
import { DefinitionError } from './errors.js';
import type { StudyContext } from './context.js';
import type { Figure } from './figure.js';
import type { Results } from './results.js';
import { resolveInputPaths } from './input-path.js';
import { checkParameters, describeParameters } from './parameters.js';

/** The paper a study or system reproduces. */
export interface Paper {
  /** arXiv identifier, such as `2502.17416`. */
  readonly arxiv: string;
  /** The place in the paper: `Table 1`, `Figure 3`, `Theorem 2`. */
  readonly where?: string;
  readonly title?: string;
  readonly authors?: string;
  readonly year?: number;
}

export const presetNames = ['quick', 'standard', 'paper'] as const;
export type PresetName = (typeof presetNames)[number];

/** `reported` is for what the run shows but does not judge, such as a number that depends on the machine. */
export type Verdict = 'holds' | 'fails' | 'reported';

/** What the paper says, and how to read the run's answer. */
export interface Expectation {
  readonly name: string;
  /** The paper's number or statement. */
  readonly paper: string | number;
  /** What counts as agreement, in words: `within 2 percentage points`. */
  readonly claim: string;
  evaluate(results: Results): { readonly ours: string | number; readonly verdict: Verdict };
}

/** What a run would need. Names that end in `Bytes` or `Seconds`, and `flops`, are printed with their units. */
export interface Cost {
  readonly parameters?: number;
  /** Floating-point operations in all. */
  readonly flops?: number;
  readonly memoryBytes?: number;
  readonly seconds?: number;
  readonly [name: string]: number | undefined;
}

/** One reproducible experiment. `run` must give the same result for the same `params` and `ctx.seed`. */
export interface Study<P extends z.ZodObject = z.ZodObject> {
  /** Kebab-case, unique in its system. */
  readonly name: string;
  readonly title: string;
  readonly paper: Paper;
  /** One line for lists. */
  readonly summary: string;
  /** Every parameter has a default; flags, help and validation come from this schema. */
  readonly params: P;
  /** What each preset sets over the schema's defaults. */
  readonly presets: Readonly<Record<PresetName, Partial<z.input<P>>>>;
  cost?(params: z.output<P>): Cost;
  run(ctx: StudyContext, params: z.output<P>): Promise<void>;
  readonly figures?: readonly Figure[];
  readonly expect?: readonly Expectation[];
}

const kebabCase = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** Checks a study's definition and returns it. Throws {@link DefinitionError}. */
export function defineStudy<P extends z.ZodObject>(study: Study<P>): Study<P> {
  requireKebabCase('study', study.name);
  describeParameters(study.params);
  for (const preset of presetNames) {
    const parsed = study.params.safeParse(study.presets[preset]);
    if (!parsed.success) {
      throw new DefinitionError(
        `Cannot define the study "${study.name}": its preset ${preset} is not valid. ${z.prettifyError(parsed.error)}`,
      );
    }
  }
  requireUnique(study.name, 'figure', study.figures ?? []);
  requireUnique(study.name, 'expectation', study.expect ?? []);
  for (const figure of study.figures ?? []) requireKebabCase('figure', figure.name);
  return study;
}

/**
 * The parameters of a run: the schema's defaults, the preset over them, the user's own over both; checked, files that it
 * reads included, whose paths come back from the root. Throws `BadInputError` that names every parameter at fault, what it
 * takes, and what was given.
 */
export function resolveParameters<P extends z.ZodObject>(
  study: Study<P>,
  preset: PresetName,
  overrides: Readonly<Record<string, unknown>>,
): z.output<P> {
  return resolveInputPaths(study.params, checkParameters(study.params, { ...study.presets[preset], ...overrides }));
}

export function requireKebabCase(kind: string, name: string): void {
  if (kebabCase.test(name)) return;
  throw new DefinitionError(`Cannot define the ${kind} "${name}": expected a kebab-case name such as "looped-addition".`);
}

export function requireUnique(owner: string, kind: string, items: readonly { readonly name: string }[]): void {
  const names = items.map((item) => item.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new DefinitionError(`Cannot define "${owner}": it has the ${kind} "${twice}" twice. Give each its own name.`);
}
