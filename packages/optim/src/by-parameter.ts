import { add, cast, equal, flatten, full, jit, mod, mul, sub, type Tensor, treeLeaves, where, zerosLike } from '@sardonyx/tensor';
import { OptimizerError } from './errors.js';
import type { Optimizer, OptimizerState, ParameterFilter, ParameterTreatment } from './optimizer.js';
import { type Schedule, valueAt } from './schedule.js';

/* Optimizers that treat every parameter for itself and keep more than one number an element: statistics, roots, bases. */

/** What is kept for one parameter: named tensors, nested if need be. */
export type Memory = Readonly<Record<string, unknown>>;

/** What is known of the step in the compiled program. */
export interface StepContext {
  /** An int32 scalar, 1 at the first update. */
  readonly step: Tensor;
  /** The learning rate, a float64 scalar. */
  readonly rate: Tensor;
}

/** The rule for one parameter. `M` is the form of its memory, the same at every step. */
export interface ParameterRule<M extends Memory> {
  readonly parameter: Tensor;
  init(): M;
  /** Takes the gradient into the memory, and gives the direction to move along, of the parameter's shape. */
  observe(gradient: Tensor, memory: M, context: StepContext): { readonly memory: M; readonly direction: Tensor };
  /** The parameter's change, to be subtracted: the direction preconditioned, times the rate. */
  change(direction: Tensor, memory: M, context: StepContext): Tensor;
  readonly treatment: ParameterTreatment;
  /** The host's work on the memory after a step that is due; see `HostWork`. */
  readonly refresh?: (memory: M, step: number) => Promise<M>;
}

/** When the host works on the memories: after update `start` and every `every` updates from there. */
export interface HostWork {
  readonly start: number;
  readonly every: number;
  /**
   * `before`: the parameters of a due step move when the host is done, by what it found. `after`: they have moved already,
   * and the next step is the first to see it.
   */
  readonly moves: 'before' | 'after';
}

export interface ByParameterOptions {
  readonly name: string;
  readonly learningRate: Schedule;
  /** Decoupled decay of the parameters, times the learning rate. */
  readonly weightDecay: number;
  readonly weightDecayFor: ParameterFilter;
  /** SOAP decays the parameter after it moved; everybody else before. */
  readonly decayAfter?: boolean;
  /** Whether the first update only observes. */
  readonly skipsFirst?: boolean;
  readonly hostWork?: HostWork;
  // The rule knows the form of its own memory; outside of it a memory is a tree of tensors.
  readonly ruleFor: (path: string, parameter: Tensor) => ParameterRule<Memory>;
}

/** A rule seen from outside, its memory a tree of tensors. */
export const asRule = <M extends Memory>(rule: ParameterRule<M>): ParameterRule<Memory> => rule as unknown as ParameterRule<Memory>;

interface Entry {
  readonly path: string;
  readonly rule: ParameterRule<Memory>;
  readonly decays: boolean;
  memory: Memory;
}

/**
 * An optimizer from a rule for each parameter. Its slot `memory` has a record at each parameter's place, in which
 * `direction` stands too where the host's work comes before the move; with host work there is a slot `refreshed` beside it,
 * the int32 number of the last update whose host work was done.
 */
export function byParameter(options: ByParameterOptions): Optimizer {
  const { name, learningRate, hostWork } = options;
  const waits = ({ refresh }: ParameterRule<Memory>): boolean => hostWork?.moves === 'before' && refresh !== undefined;

  const entriesOf = (params: unknown, slot: unknown): Entry[] => {
    const { leaves, structure } = flatten(params);
    const entries = leaves.map((parameter, i) => {
      const path = structure.paths[i]!;
      const rule = options.ruleFor(path, parameter);
      return {
        path,
        rule,
        decays: options.weightDecay !== 0 && options.weightDecayFor(path, parameter),
        memory: waits(rule) ? { ...rule.init(), direction: zerosLike(parameter) } : rule.init(),
      };
    });
    if (slot !== undefined) readMemories(name, entries, slot);
    return entries;
  };
  const stateOf = <P>(step: Tensor, entries: readonly Entry[], params: P, refreshed?: Tensor): OptimizerState<P> => {
    const memories = entries.map(({ memory }) => memory) as unknown as Tensor[];
    const memory = flatten(params).structure.unflatten(memories) as P;
    return { step, slots: { memory, ...(refreshed && { refreshed: refreshed as P }) } };
  };
  const moved = ({ rule, decays, memory }: Entry, p: Tensor, direction: Tensor, context: StepContext): Tensor => {
    const change = rule.change(direction, memory, context);
    if (!decays) return sub(p, change);
    const keep = cast(sub(1, mul(context.rate, options.weightDecay)), p.dtype);
    return options.decayAfter ? mul(sub(p, change), keep) : sub(mul(p, keep), change);
  };

  const optimizer: Optimizer = {
    name,
    describe: (path, parameter) => options.ruleFor(path, parameter).treatment,
    init<P>(params: P): OptimizerState<P> {
      const none = () => full([], 0, 'int32');
      return stateOf(none(), entriesOf(params, undefined), params, hostWork && none());
    },
    update<P>(gradients: P, state: OptimizerState<P>, params: P): [P, OptimizerState<P>] {
      const { leaves, structure } = flatten(params);
      const step = add(state.step, 1);
      const entries = entriesOf(params, state.slots['memory']);
      const refreshed = state.slots['refreshed'] as Tensor | undefined;
      const scheduled = valueAt(learningRate, step);
      const rate = options.skipsFirst ? where(equal(step, 1), 0, scheduled) : scheduled;
      const current = hostWork && equal(refreshed!, lastDue(state.step, hostWork));
      const context = { step, rate: current ? where(current, rate, Number.NaN) : rate };
      const due = hostWork && isDue(step, hostWork);
      const always = hostWork?.every === 1 && hostWork.start === 1;
      const updated = gradientsOf(name, entries, gradients).map((g, i) => {
        const entry = entries[i]!;
        const { memory, direction } = entry.rule.observe(g, entry.memory, context);
        entry.memory = waits(entry.rule) ? { ...memory, direction } : memory;
        if (!waits(entry.rule)) return moved(entry, leaves[i]!, direction, context);
        if (always) return add(leaves[i]!, cast(where(current!, 0, Number.NaN), leaves[i]!.dtype));
        return where(due!, leaves[i]!, moved(entry, leaves[i]!, direction, context));
      });
      return [structure.unflatten(updated) as P, stateOf<P>(step, entries, params, refreshed)];
    },
  };
  if (!hostWork) return optimizer;

  /** The moves of a due step, compiled once. */
  const finish = jit(
    (params: unknown, memory: unknown, step: Tensor): unknown => {
      const { leaves, structure } = flatten(params);
      const context = { step, rate: valueAt(learningRate, step) };
      const results = entriesOf(params, memory).map((entry, i) =>
        waits(entry.rule) ? moved(entry, leaves[i]!, entry.memory['direction'] as Tensor, context) : leaves[i]!,
      );
      return structure.unflatten(results);
    },
    { name: `${name}, after the host's work` },
  );
  const refreshDue = (step: number): boolean => step >= hostWork.start && (step - hostWork.start) % hostWork.every === 0;
  return {
    ...optimizer,
    refreshDue,
    async refresh<P>(state: OptimizerState<P>, params: P): Promise<[P, OptimizerState<P>]> {
      const step = await state.step.item();
      if (!refreshDue(step)) return [params, state];
      const refreshed = await (state.slots['refreshed'] as Tensor).item();
      if (refreshed === step) return [params, state];
      const expected = step - hostWork.every < hostWork.start ? 0 : step - hostWork.every;
      if (refreshed !== expected) {
        throw new OptimizerError(
          'refresh',
          `${name}: expected refresh after every update that is due, the last before step ${step} was ${expected}; given a state refreshed last at step ${refreshed}. Call refresh(state, params) after each update`,
          { step, refreshed },
        );
      }
      const entries = entriesOf(params, state.slots['memory']);
      await Promise.all(
        entries.map(async (entry) => {
          entry.memory = (await entry.rule.refresh?.(entry.memory, step)) ?? entry.memory;
        }),
      );
      const next = stateOf(state.step, entries, params, full([], step, 'int32'));
      return [entries.some(({ rule }) => waits(rule)) ? (finish(params, next.slots['memory'], state.step) as P) : params, next];
    },
  };
}

const isDue = (step: Tensor, { start, every }: HostWork): Tensor => equal(where(step.less(start), 1, mod(sub(step, start), every)), 0);

/** The last step up to this one after which the host worked, 0 before the first. */
const lastDue = (step: Tensor, { start, every }: HostWork): Tensor => where(step.less(start), 0, sub(step, mod(sub(step, start), every)));

/** Reads the memories stored in a slot, and refuses those of another form. */
function readMemories(name: string, entries: readonly Entry[], slot: unknown): void {
  const stored = treeLeaves(slot);
  let next = 0;
  for (const entry of entries) {
    const { leaves, structure } = flatten(entry.memory);
    const own = stored.slice(next, next + leaves.length);
    next += leaves.length;
    const differs = leaves.findIndex((leaf, i) => own[i]?.shape.join() !== leaf.shape.join() || own[i]?.dtype !== leaf.dtype);
    if (differs !== -1) {
      const given = own[differs] ? String(own[differs]) : 'nothing';
      throw misfit(name, `${String(leaves[differs])} as ${structure.paths[differs]} of ${entry.path}, given ${given}`, entry.path);
    }
    entry.memory = structure.unflatten(own) as Memory;
  }
  if (next !== stored.length) throw misfit(name, `${next} tensors for these parameters, given ${stored.length}`);
}

const misfit = (name: string, what: string, parameter?: string): OptimizerError =>
  new OptimizerError(
    'checkpoint',
    `${name}: the state is of other parameters or another optimizer: expected ${what}; make it with init(params) or restore the checkpoint of this model`,
    parameter === undefined ? {} : { parameter },
  );

/** The gradients in the order of the parameters. @throws {OptimizerError} `gradient` */
function gradientsOf(name: string, entries: readonly Entry[], gradients: unknown): Tensor[] {
  const given = treeLeaves(gradients);
  if (given.length !== entries.length) {
    throw new OptimizerError('gradient', `${name}: expected a gradient for each of ${entries.length} parameters, given ${given.length}`);
  }
  entries.forEach(({ path, rule: { parameter } }, i) => {
    const g = given[i]!;
    if (g.shape.join() === parameter.shape.join() && g.dtype === parameter.dtype) return;
    throw new OptimizerError('gradient', `${name}: expected a gradient ${String(parameter)} for ${path}, given ${String(g)}`, {
      parameter: path,
    });
  });
  return given;
}
