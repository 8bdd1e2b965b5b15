import { isoFlop, isoParameter, type LoopedTransformerConfig, loopedName } from '../model.js';
import type { Contender } from '../training-plan.js';

/** What a model is in the comparison of a (k⊗L) with (k⊗1) and (kL⊗1). */
export type Role = 'looped' | 'iso-parameter' | 'iso-flop';

/** The looped model first, then the baselines asked for; those that equal the looped model are left out. */
export function loopedTriple(config: LoopedTransformerConfig, baselines: readonly Role[]): Omit<Contender, 'seed'>[] {
  const all: { readonly role: Role; readonly config: LoopedTransformerConfig }[] = [
    { role: 'looped', config },
    { role: 'iso-parameter', config: isoParameter(config) },
    { role: 'iso-flop', config: isoFlop(config) },
  ];
  return all
    .filter(({ role }) => role === 'looped' || (config.loops > 1 && baselines.includes(role)))
    .map((contender) => ({ ...contender, name: loopedName(contender.config) }));
}
