import { BadInputError } from '@sardonyx/study';
import { z } from 'zod';
import type { ExitRule } from '../model/early-exit.js';
import type { LoopedTransformerConfig } from '../model/model.js';

/* The flags by which sequences leave the loop early. */

const rules = ['state-change', 'divergence', 'gate'] as const;

export const exitParameters = {
  exit: z
    .enum(rules)
    .optional()
    .describe('let each sequence leave the loop by itself: when its state or its prediction hardly changes, or when the exit gate says so'),
  exitBelow: z
    .number()
    .min(0)
    .optional()
    .describe('of state-change, the relative change ‖X_t − X_{t−1}‖ / ‖X_t‖, and of divergence, the nats a token, under which it leaves'),
  exitThreshold: z.number().gt(0).max(1).optional().describe('of gate, the probability of having left at which it leaves; 0.5 by default'),
};
const flags = z.object({ ...exitParameters, loops: z.array(z.number()) });
type ExitFlags = z.output<typeof flags>;

/** The rules that a flag is of. */
const rulesOf = { '--exit-below': ['state-change', 'divergence'], '--exit-threshold': ['gate'] } as const;

/**
 * The rule that the flags ask for, or undefined where they ask for none.
 * @throws {BadInputError} `exit` where flags contradict each other, or the model has no exit gate
 */
export function exitRuleOf({ exit, exitBelow, exitThreshold, loops }: ExitFlags, config: LoopedTransformerConfig): ExitRule | undefined {
  const given = { '--exit-below': exitBelow, '--exit-threshold': exitThreshold };
  for (const [flag, names] of Object.entries(rulesOf) as [keyof typeof rulesOf, readonly string[]][]) {
    if (given[flag] === undefined || (exit && names.includes(exit))) continue;
    const asked = exit ? `--exit ${exit}` : 'no --exit';
    throw refusal(`${flag} belongs to --exit ${names.join(' or ')}, given with ${asked}; leave it out, or change the rule`);
  }
  if (exit === undefined) return undefined;
  if (loops.length > 1) {
    throw refusal(`--loops is the most that a sequence may take: expected one number, given ${loops.join(',')}; give one`);
  }
  if (exit === 'gate') {
    if (config.exitGate) return { kind: 'gate', ...(exitThreshold !== undefined && { threshold: exitThreshold }) };
    throw refusal(
      '--exit gate: expected a model with an exit gate (exitGate in its configuration), given one without; choose another rule',
    );
  }
  if (exitBelow === undefined) throw refusal(`--exit ${exit}: expected a bound, given none; add one, such as --exit-below 0.01`);
  return { kind: exit === 'divergence' ? exit : 'stateChange', below: exitBelow };
}

const refusal = (message: string): BadInputError => new BadInputError('exit', `Cannot leave loops early: ${message}.`);

/** A rule as the flags name it. */
export function exitName(rule: ExitRule): string {
  if (rule.kind === 'gate') return `gate at ${rule.threshold ?? 0.5}`;
  if (rule.kind === 'fixed') return 'fixed';
  return `${rule.kind === 'stateChange' ? 'state-change' : rule.kind} below ${rule.below}`;
}
