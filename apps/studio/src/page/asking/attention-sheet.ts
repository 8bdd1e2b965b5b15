import { csvLine, escapeXml, type Ground, standaloneSvg } from '@sardonyx/study/figures';
import { drawAttention, mapSize } from './attention-drawing.js';
import { type AttentionStage, attentionStages } from './attention-stages.js';
import type { ModelAnswer } from './model-messages.js';

/** Colour of the full weight on each ground, as in `asking.css`. */
const heat: Readonly<Record<Ground, string>> = { light: '#003e6b', dark: '#a5d8ff' };

const gap = 24;
const titleSpace = 18;
const headSpace = 46;

/** The tokens that the model read: the prompt and the answer but its last token. */
export const readTokens = ({ prompt, answer, length }: ModelAnswer): string[] => [...prompt, ...answer].slice(0, length);

/** All maps of an answer as an SVG file: a row for every layer of every loop, a column for every head. */
export function attentionSheet(answer: ModelAnswer, title: string, ground: Ground): string {
  const labels = readTokens(answer);
  const step = mapSize(labels) + gap;
  const rows = attentionStages(answer.layers).flatMap((stage) => stage.layers.map((layer) => ({ stage, layer })));
  const heads = Math.max(...rows.map(({ layer }) => layer.heads.length));
  const [width, height] = [Math.max(420, heads * step + gap), headSpace + rows.length * (step + titleSpace) + gap];
  const maps = rows.flatMap(({ stage, layer }, row) =>
    layer.heads.map((probabilities, head) => {
      const place = `translate(${gap + head * step},${headSpace + row * (step + titleSpace)})`;
      const name = escapeXml(mapName(stage, layer.layer, head));
      return `<g transform="${place}"><text x="0" y="12">${name}</text><g transform="translate(0,${titleSpace})">${drawAttention({ probabilities, labels })}</g></g>`;
    }),
  );
  const drawing =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `font-family="system-ui, sans-serif" font-size="12" fill="currentColor"><title>${escapeXml(title)}</title>` +
    `<text x="${gap}" y="22" font-size="14">${escapeXml(title)}</text>` +
    `<text x="${gap}" y="38" font-size="11">rows: queries; columns: keys; darkness: attention, 0 to 1</text>${maps.join('')}</svg>`;
  return standaloneSvg(drawing.replaceAll('var(--heat)', heat[ground]), ground).replace(
    'darkness',
    ground === 'dark' ? 'brightness' : 'darkness',
  );
}

/** `loop 2, layer 1, head 3`, counted from 1. */
export const mapName = (stage: AttentionStage, layer: number, head: number): string => `${stage.name}, layer ${layer}, head ${head + 1}`;

/** Every weight that a query may have, as CSV. */
export function attentionCsv(answer: ModelAnswer): string {
  const labels = readTokens(answer);
  const lines = [csvLine(['part', 'loop', 'layer', 'head', 'query', 'query token', 'key', 'key token', 'attention'])];
  for (const { part, loop, layer, heads } of answer.layers) {
    heads.forEach((map, head) => {
      labels.forEach((query, i) => {
        for (let k = 0; k <= i; k++) {
          lines.push(csvLine([part, loop, layer, head + 1, i + 1, query, k + 1, labels[k]!, map[i * labels.length + k]!]));
        }
      });
    });
  }
  return `${lines.join('\r\n')}\r\n`;
}
