import { csvLine, escapeXml, type Ground, standaloneSvg } from '@sardonyx/study/figures';
import type { ModelAnswer } from './model-messages.js';
import { percent, shownToken } from './token-text.js';

const [columnWidth, rowHeight, nameWidth, headSpace] = [120, 26, 80, 62];

/** The read-out after every loop as an SVG file: a row for every loop, a column for every token of the answer. */
export function readOutSheet({ answer, readOuts }: ModelAnswer, title: string, ground: Ground): string {
  const loops = readOuts[0]!.length;
  const [width, height] = [Math.max(420, nameWidth + answer.length * columnWidth + 24), headSpace + loops * rowHeight + 16];
  const text = (x: number, y: number, content: string, attributes = ''): string =>
    `<text x="${x}" y="${y}" ${attributes}>${escapeXml(content)}</text>`;
  const columns = readOuts.flatMap((outs, token) => {
    const x = nameWidth + token * columnWidth;
    return [
      text(x, headSpace - 12, `${token + 1}: ${shownToken(answer[token]!)}`),
      ...outs.map(({ ranked: [best] }, loop) => {
        const y = headSpace + loop * rowHeight;
        const ground = `<rect x="${x - 6}" y="${y}" width="${columnWidth - 4}" height="${rowHeight - 3}" fill="var(--series-1)" fill-opacity="${(0.35 * best!.probability).toFixed(3)}"/>`;
        return ground + text(x, y + 16, `${shownToken(best!.label)}  ${percent(best!.probability)}`);
      }),
    ];
  });
  const names = Array.from({ length: loops }, (_, loop) => text(16, headSpace + loop * rowHeight + 16, `loop ${loop + 1}`));
  const drawing =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `font-family="system-ui, sans-serif" font-size="12" fill="currentColor"><title>${escapeXml(title)}</title>` +
    `${text(16, 24, title, 'font-size="14"')}${names.join('')}${columns.join('')}</svg>`;
  return standaloneSvg(drawing, ground);
}

/** The likeliest tokens after every loop, as CSV. */
export function readOutCsv({ answer, readOuts }: ModelAnswer): string {
  const lines = [csvLine(['answer token', 'answered', 'loop', 'rank', 'token', 'probability'])];
  readOuts.forEach((outs, token) => {
    outs.forEach(({ ranked }, loop) => {
      ranked.forEach(({ label, probability }, rank) => {
        lines.push(csvLine([token + 1, answer[token]!, loop + 1, rank + 1, label, probability]));
      });
    });
  });
  return `${lines.join('\r\n')}\r\n`;
}
