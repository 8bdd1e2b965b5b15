import type { Command } from 'commander';
import { BadInputError, type Parameter } from '@sardonyx/study';
import { formatValue } from './output.js';

/** Adds the flag of a parameter to a command; returns the name under which commander keeps its text. */
export function addParameterFlag(command: Command, parameter: Parameter): string {
  const { flag, kind, accepts, description } = parameter;
  const shown = parameter.default === undefined ? accepts : `${accepts}; default: ${defaultText(parameter.default)}`;
  const option = command.createOption(`--${flag} <${kind}>`, `${description} (${shown})`.trimStart());
  if (kind === 'list') option.argParser(joinedLists);
  command.addOption(option);
  return option.attributeName();
}

/** A list given in several flags is one list, in the order of the flags. */
function joinedLists(text: string, before: string | undefined): string {
  return [before ?? '', text].filter((items) => items.trim() !== '').join(',');
}

/**
 * Makes a command and those below it refuse a flag that is given several values but takes one, of which commander would
 * silently keep the last. Lists join their values instead.
 */
export function refuseContradictions(command: Command): void {
  for (const option of command.options) {
    if (!option.required || option.parseArg !== undefined) continue;
    let given: string | undefined;
    command.on(`option:${option.name()}`, (text: string) => {
      if (given !== undefined && given !== text) {
        throw new BadInputError(
          'flag-repeated',
          `${option.long ?? option.flags}: expected one value, got "${given}" and "${text}". Leave out one of them.`,
        );
      }
      given = text;
    });
  }
  command.commands.forEach(refuseContradictions);
}

/** A default as it would be typed. */
function defaultText(value: unknown): string {
  return Array.isArray(value) ? value.map(formatValue).join(',') : formatValue(value);
}
