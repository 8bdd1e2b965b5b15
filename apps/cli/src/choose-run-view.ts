import { JsonView } from './json-view.js';
import type { Output } from './output.js';
import { PlainView } from './plain-view.js';
import type { RunView } from './run-view.js';
import { TerminalView } from './terminal-view.js';

/** JSON lines on request, a progress bar on a terminal, dated lines elsewhere. */
export function chooseRunView(output: Output, json: boolean): RunView {
  if (json) return new JsonView(output);
  return output.stderr.isTTY === true && output.stdout.isTTY === true ? new TerminalView(output) : new PlainView(output);
}
