import { useMemo, useState } from 'preact/hooks';
import { type SaveFormat, SaveMenu } from '../charts/save-menu.js';
import { useTheme } from '../charts/theme.js';
import { mapSize } from './attention-drawing.js';
import { AttentionPanel } from './attention-panel.js';
import { attentionCsv, attentionSheet, mapName, readTokens } from './attention-sheet.js';
import { type AttentionStage, attentionStages } from './attention-stages.js';
import type { ModelAnswer } from './model-messages.js';
import { saveSheet } from './saving-sheets.js';
import type { Pair } from './token-pair.js';
import { percent, shownToken } from './token-text.js';

/** What every loop, layer and head attends to: the heat maps of one loop, chosen by a slider, or of all. */
export function AttentionView({ answer, model }: { readonly answer: ModelAnswer; readonly model: string }) {
  const { ground } = useTheme();
  const labels = useMemo(() => readTokens(answer), [answer]);
  const stages = useMemo(() => attentionStages(answer.layers), [answer]);
  const [chosen, setChosen] = useState(0);
  const [showsAll, setShowsAll] = useState(false);
  const [pair, setPair] = useState<Pair>();
  const [active, setActive] = useState<string>();
  // The next answer may come of fewer loops.
  const at = Math.min(chosen, stages.length - 1);
  const heads = Math.max(...answer.layers.map((layer) => layer.heads.length));
  const shown = showsAll ? stages : [stages[at]!];
  const save = (format: SaveFormat): Promise<void> =>
    saveSheet(format, {
      name: [model, 'attention'],
      drawing: () => attentionSheet(answer, `Attention of ${model}`, ground),
      csv: () => attentionCsv(answer),
    });
  return (
    <section class="attention" aria-labelledby="attention-title">
      <h2 id="attention-title">Attention, loop by loop</h2>
      <p class="attention-lede">
        Each row is a token that asks, each column a token that it may look at; the stronger the colour, the more it looks there. A row sums
        to 100 %. The last token of the answer is not read, so it asks nothing.
      </p>
      <div class="attention-controls">
        <label class="attention-slider">
          <span>Shown: {showsAll ? 'all' : stages[at]!.name}</span>
          <input
            type="range"
            min={1}
            max={stages.length}
            step={1}
            value={at + 1}
            disabled={showsAll || stages.length === 1}
            aria-valuetext={stages[at]!.name}
            onInput={(event) => setChosen(Number(event.currentTarget.value) - 1)}
          />
        </label>
        <label class="switch">
          <input type="checkbox" checked={showsAll} onChange={(event) => setShowsAll(event.currentTarget.checked)} />
          all at once
        </label>
        <Legend />
        <SaveMenu label="the attention maps" isDisabled={false} save={save} />
      </div>
      <p class="attention-readout" role="status">
        {readOutOf(stages, labels, pair, active) ?? 'Point at a cell, or focus a map and use the arrow keys.'}
      </p>
      <div
        class={showsAll ? 'attention-panels all' : 'attention-panels'}
        style={{ '--panel': `${panelWidth(labels)}px`, '--heads': heads }}
      >
        {shown.flatMap((stage) =>
          stage.layers.flatMap((layer) =>
            layer.heads.map((_, head) => {
              const name = mapName(stage, layer.layer, head);
              const choose = (next: Pair | undefined): void => {
                setActive(name);
                setPair(next);
              };
              return (
                <AttentionPanel key={name} name={name} title={name} layer={layer} head={head} labels={labels} pair={pair} onPair={choose} />
              );
            }),
          ),
        )}
      </div>
    </section>
  );
}

/** Enough for labels that can be read, in one column of a phone or two of a desk. */
const panelWidth = (labels: readonly string[]): number => Math.round(Math.min(540, Math.max(200, 0.9 * mapSize(labels))));

function Legend() {
  return (
    <p class="attention-legend">
      0 % <span class="attention-ramp" aria-hidden="true" /> 100 %
    </p>
  );
}

/** The chosen cell in words: `loop 2, layer 1, head 1: token 5 “a” looks at token 3 “b” with 83.2 %`. */
function readOutOf(
  stages: readonly AttentionStage[],
  labels: readonly string[],
  pair: Pair | undefined,
  active: string | undefined,
): string | undefined {
  if (pair === undefined || pair.query >= labels.length) return undefined;
  for (const stage of stages) {
    for (const { layer, heads } of stage.layers) {
      const head = heads.findIndex((_, i) => mapName(stage, layer, i) === active);
      if (head < 0) continue;
      const weight = heads[head]![pair.query * labels.length + pair.key]!;
      const token = (i: number): string => `token ${i + 1} “${shownToken(labels[i]!)}”`;
      return `${active}: ${token(pair.query)} looks at ${token(pair.key)} with ${percent(weight)}`;
    }
  }
  return undefined;
}
