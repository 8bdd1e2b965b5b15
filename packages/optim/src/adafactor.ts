import {
  add,
  cast,
  div,
  expandDims,
  flatten,
  full,
  maximum,
  mean,
  minimum,
  mul,
  pow,
  rsqrt,
  sqrt,
  square,
  sub,
  type Tensor,
  treeLeaves,
  zeros,
  zerosLike,
} from '@sardonyx/tensor';
import type { Optimizer, OptimizerState, ParameterFilter } from './optimizer.js';
import { aboveZero, atLeastZero, commonRanges, decayBelowOne, expectOptions, truthValue } from './options.js';
import { type Schedule, valueAt } from './schedule.js';

export interface AdafactorOptions {
  /** min(1e-2, 1/√step) by default. */
  readonly learningRate?: Schedule;
  /** Whether steps are relative to the root mean square of the parameter; true by default. */
  readonly scaleParameter?: boolean;
  /** γ of the second moment's decay 1 − step^(−γ); 0.8 by default. */
  readonly decayExponent?: number;
  /** Added to squared gradients; 1e-30 by default. */
  readonly epsilon?: number;
  /** Least root mean square that a parameter counts with; 1e-3 by default. */
  readonly leastScale?: number;
  /** Largest root mean square of an update before its scaling; 1 by default. */
  readonly clippingThreshold?: number;
  /** β₁ of a mean of updates; none by default, which saves its memory. */
  readonly momentum?: number;
  /** Decoupled decay of the parameters, times the learning rate; 0 by default. */
  readonly weightDecay?: number;
  /** Parameters that decay; all by default. */
  readonly weightDecayFor?: ParameterFilter;
}

const ranges = {
  ...commonRanges,
  scaleParameter: truthValue,
  decayExponent: aboveZero,
  epsilon: atLeastZero,
  leastScale: atLeastZero,
  clippingThreshold: aboveZero,
  momentum: decayBelowOne,
};

/** Second moments of a tensor of rank 2 or more as means over its last two axes, of others element by element. */
type SecondMoment = Tensor | { readonly rows: Tensor; readonly columns: Tensor };

/**
 * Adafactor: second moments of matrices by their row and column means alone, updates clipped by their own size.
 * Shazeer, Stern 2018 (arXiv:1804.04235), algorithms 4 to 6. Tensors of rank above 2 are stacks of matrices.
 *
 * The slot `second` holds `{ rows, columns }` where the parameter has a rank of 2 or more.
 * @throws {OptimizerError} `option`
 */
export function adafactor(options: AdafactorOptions = {}): Optimizer {
  expectOptions('adafactor', options, ranges);
  const { momentum, weightDecay = 0, weightDecayFor = () => true, learningRate = relativeStep } = options;
  return {
    name: 'adafactor',
    init<P>(params: P): OptimizerState<P> {
      const { leaves, structure } = flatten(params);
      const second = unflattenTo<P>(structure, leaves.map(initialMoment));
      const mean = unflattenTo<P>(structure, leaves.map(zerosLike));
      return { step: full([], 0, 'int32'), slots: { second, ...(momentum !== undefined && { mean }) } };
    },
    update<P>(gradients: P, state: OptimizerState<P>, params: P): [P, OptimizerState<P>] {
      const step = add(state.step, 1);
      const rate = valueAt(learningRate, step);
      const { leaves, structure } = flatten(params);
      const g = treeLeaves(gradients);
      const moments = momentsOf(leaves, state.slots['second']);
      const means = momentum === undefined ? [] : treeLeaves(state.slots['mean']);

      const results = leaves.map((p, i) => {
        const second = nextMoment(moments[i]!, g[i]!, step, options);
        const update = mul(clipped(normalized(g[i]!, second), options), stepSize(p, rate, options));
        const mean = momentum === undefined ? update : add(mul(means[i]!, momentum), mul(update, 1 - momentum));
        const decays = weightDecay !== 0 && weightDecayFor(structure.paths[i]!, p);
        const kept = decays ? mul(p, cast(sub(1, mul(rate, weightDecay)), p.dtype)) : p;
        return { param: sub(kept, mean), second, mean };
      });
      const slots = {
        second: unflattenTo<P>(
          structure,
          results.map(({ second }) => second),
        ),
        ...(momentum !== undefined && {
          mean: unflattenTo<P>(
            structure,
            results.map(({ mean }) => mean),
          ),
        }),
      };
      return [
        unflattenTo<P>(
          structure,
          results.map(({ param }) => param),
        ),
        { step, slots },
      ];
    },
  };
}

/** min(1e-2, 1/√step): the step size of the paper's algorithms where none is given. */
const relativeStep = (step: Tensor): Tensor => minimum(pow(cast(step, 'float64'), -0.5), 1e-2);

/** A tree of the form of the parameters with anything at its leaves; the moments of a matrix are two tensors. */
const unflattenTo = <P>(structure: ReturnType<typeof flatten>['structure'], leaves: readonly SecondMoment[]): P =>
  structure.unflatten(leaves as readonly Tensor[]) as P;

function initialMoment(p: Tensor): SecondMoment {
  if (p.rank < 2) return zerosLike(p);
  return {
    rows: zeros(p.shape.slice(0, -1), p.dtype),
    columns: zeros([...p.shape.slice(0, -2), p.shape.at(-1)!], p.dtype),
  };
}

/** The moments of each parameter: one tensor after another as `initialMoment` made them. */
function momentsOf(params: readonly Tensor[], slot: unknown): SecondMoment[] {
  const stored = treeLeaves(slot).values();
  const next = () => stored.next().value!;
  return params.map((p) => (p.rank < 2 ? next() : { rows: next(), columns: next() }));
}

/** Moving averages of g² + ε with the decay 1 − step^(−γ), which is 0 at the first step. */
function nextMoment(
  moment: SecondMoment,
  g: Tensor,
  step: Tensor,
  { decayExponent = 0.8, epsilon = 1e-30 }: AdafactorOptions,
): SecondMoment {
  const fresh = cast(pow(cast(step, 'float64'), -decayExponent), g.dtype);
  const squares = add(square(g), epsilon);
  const average = (old: Tensor, now: Tensor) => add(old, mul(sub(now, old), fresh));
  if (!('rows' in moment)) return average(moment, squares);
  return {
    rows: average(moment.rows, mean(squares, -1)),
    columns: average(moment.columns, mean(squares, -2)),
  };
}

/** g/√v, where v of a matrix is rows·columnsᵀ/mean(rows). */
function normalized(g: Tensor, moment: SecondMoment): Tensor {
  if (!('rows' in moment)) return mul(g, rsqrt(moment));
  const { rows, columns } = moment;
  const ofRows = rsqrt(div(rows, mean(rows, -1, { keepDims: true })));
  return mul(mul(g, expandDims(ofRows, -1)), expandDims(rsqrt(columns), -2));
}

const rootMeanSquare = (x: Tensor): Tensor => sqrt(mean(square(x)));

const clipped = (update: Tensor, { clippingThreshold = 1 }: AdafactorOptions): Tensor =>
  div(update, maximum(div(rootMeanSquare(update), clippingThreshold), 1));

function stepSize(p: Tensor, rate: Tensor, { scaleParameter = true, leastScale = 1e-3 }: AdafactorOptions): Tensor {
  const size = cast(rate, p.dtype);
  return scaleParameter ? mul(maximum(rootMeanSquare(p), leastScale), size) : size;
}
