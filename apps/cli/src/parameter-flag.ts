import type { Command } from 'commander';
import type { Parameter } from '@sardonyx/study';
import { formatValue } from './output.js';

/** Adds the flag of a parameter to a command; returns the name under which commander keeps its text. */
export function addParameterFlag(command: Command, parameter: Parameter): string {
  const { flag, kind, accepts, description } = parameter;
  const shown = parameter.default === undefined ? accepts : `${accepts}; default: ${defaultText(parameter.default)}`;
  const option = command.createOption(`--${flag} <${kind}>`, `${description} (${shown})`.trimStart());
  command.addOption(option);
  return option.attributeName();
}

/** A default as it would be typed. */
function defaultText(value: unknown): string {
  return Array.isArray(value) ? value.map(formatValue).join(',') : formatValue(value);
}
