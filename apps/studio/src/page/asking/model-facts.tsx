import { ValueTable } from '../parts/value-table.js';
import type { AskedState } from './asked-model.js';

/** What is known of the model. */
export function ModelFacts({ state: { facts, engine, threads } }: { readonly state: AskedState }) {
  if (facts === undefined) return null;
  const { config, task, step } = facts;
  const entries: (readonly [string, string | number])[] = [
    ['shape (layers ⊗ loops)', facts.name],
    ['parameters', facts.parameters],
    ['width, heads', `${config.width}, ${config.heads}`],
    ['longest sequence (tokens)', config.length],
    ['tokens known', config.vocabulary],
    ['task', task ?? 'not told'],
    ['steps trained', step ?? 'not told'],
    ['engine', `${engine}, ${threads} thread${threads === 1 ? '' : 's'}`],
  ];
  return <ValueTable entries={entries} />;
}
