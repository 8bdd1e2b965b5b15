/** What the page says of a system before it is built. */
export interface PlannedSystem {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly paper: { readonly arxiv: string };
}

const planned = (name: string, arxiv: string, title: string, summary: string): PlannedSystem => ({
  name,
  title,
  summary,
  paper: { arxiv },
});

/** The ten systems in the order of the page. One that the catalogue has is shown as the catalogue describes it. */
export const plannedSystems: readonly PlannedSystem[] = [
  planned(
    'preconditioners',
    '2503.10537',
    'Structured preconditioners',
    'adaptive optimizers, one-sided Shampoo among them: regret and rates',
  ),
  planned(
    'cot-learning',
    '2503.07932',
    'Learning with chain of thought',
    'what autoregressive chains of thought make learnable, and from how much',
  ),
  planned('weak-to-strong', '2503.02877', 'Weak-to-strong generalisation', 'students that outdo their teachers in random-feature networks'),
  planned('looped-transformers', '2502.17416', 'Looped transformers', 'reasoning by running the same few layers again and again'),
  planned(
    'ads-distillation',
    '2502.17494',
    'Distillation for advertising',
    'one foundation teacher, many vertical students, a stream between them',
  ),
  planned('close-approaches', '2502.13489', 'Close approaches', 'main-belt asteroids on their way to the terrestrial planets'),
  planned('segmentation', '2502.14014', 'Segmentation with retention', 'a retention backbone and a zero-initialised residual decoder'),
  planned('edge-llm', '2502.15803', 'Language models on devices', 'text, image and audio understanding, and an OpenAI-compatible server'),
  planned('cooperative-agents', '2502.10148', 'Cooperative agents', 'decentralised planning with language models on a battle simulator'),
  planned(
    'tpc-positions',
    '2502.07317',
    'Positions in a time projection chamber',
    'position reconstruction and surface background of PandaX-4T',
  ),
];
