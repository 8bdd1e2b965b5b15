import { BadInputError } from '@sardonyx/study';
import type { z } from 'zod';
import { asBadInput } from '../bad-input.js';

/* What a schema refuses because of several parameters at once, so that no run is made of what its parts would refuse. */

/**
 * Refuses parameters from which `make` cannot make what a run needs. The parameter at fault is the one that the refusal
 * begins with, or `parameter` where that names none.
 */
export const checkedBy =
  <P extends object>(parameter: keyof P & string, make: (parameters: P) => unknown) =>
  ({ value, issues }: z.core.ParsePayload<P>): void => {
    try {
      make(value);
    } catch (cause) {
      const refusal = asBadInput(cause);
      if (!(refusal instanceof BadInputError)) throw cause;
      const message = refusal.message.replace(/^Cannot make the task \S+: /, '').replace(/\.$/, '');
      const named = /^(\w+): /.exec(message)?.[1];
      const path = named !== undefined && named in value ? named : parameter;
      issues.push({ code: 'custom', input: value[path as keyof P], path: [path], message });
    }
  };

/** Refuses a width that the heads do not divide, or heads of odd width with rotary positions. */
export function headsDivideWidth({
  value,
  issues,
}: z.core.ParsePayload<{ width: number; heads: number; positions?: 'learned' | 'rotary' }>): void {
  const { width, heads, positions } = value;
  const refuse = (message: string): void => void issues.push({ code: 'custom', input: width, path: ['width'], message });
  if (width % heads !== 0) refuse(`must be a multiple of the heads (${heads})`);
  else if (positions === 'rotary' && (width / heads) % 2 !== 0) {
    refuse(`must be a multiple of twice the heads (${heads}), since rotary positions turn pairs; or take learned positions`);
  }
}

/** Refuses a curriculum whose stages are not as many as their ends, or whose ends do not rise. */
export function stagesEnd({
  value: { stages, until },
  issues,
}: z.core.ParsePayload<{ stages: readonly number[]; until: readonly number[] }>): void {
  const refuse = (message: string): void => void issues.push({ code: 'custom', input: until, path: ['until'], message });
  if (stages.length !== until.length) refuse(`must be as many as the stages (${stages.length})`);
  else if (until.some((end, i) => i > 0 && end <= until[i - 1]!)) refuse('must rise from stage to stage');
}
