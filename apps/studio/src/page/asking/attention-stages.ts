import type { ObservedLayer } from '@sardonyx/looped-transformers/training';

/** What one loop attends to, or the layers before or after the loops. */
export interface AttentionStage {
  /** `loop 2`; `before the loops` and `after the loops` of layers of their own. */
  readonly name: string;
  readonly layers: readonly ObservedLayer[];
}

/** The stages of a model in their order. */
export function attentionStages(layers: readonly ObservedLayer[]): AttentionStage[] {
  const stages = new Map<string, ObservedLayer[]>();
  for (const layer of layers) {
    const name = stageName(layer);
    stages.set(name, [...(stages.get(name) ?? []), layer]);
  }
  return [...stages].map(([name, own]) => ({ name, layers: own }));
}

function stageName({ part, loop }: ObservedLayer): string {
  if (part === 'loop') return `loop ${loop}`;
  return part === 'prelude' ? 'before the loops' : 'after the loops';
}
