import { type Ground, groundColours, seriesColours } from './palette.js';

/**
 * A drawing of `drawFigure` as an SVG file: it has no page around it, so it brings its own ground, every colour is
 * spelled out, and the font is one that other programs have too.
 */
export function standaloneSvg(svg: string, ground: Ground): string {
  const { ground: paper, ink } = groundColours(ground);
  const colours: Readonly<Record<string, string>> = {
    '--ground': paper,
    '--plot-background': paper,
    '--ink': ink,
    ...Object.fromEntries(seriesColours(ground).map((colour, index) => [`--series-${index + 1}`, colour])),
  };
  const resolved = svg
    .replaceAll(/var\((--[\w-]+)(?:,\s*([^()]*))?\)/g, (_, name: string, fallback?: string) => colours[name] ?? fallback ?? ink)
    .replaceAll('currentColor', ink)
    .replaceAll('system-ui, sans-serif', 'Helvetica, Arial, sans-serif');
  const [, width = '', height = ''] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(resolved) ?? [];
  const open = resolved.indexOf('>') + 1;
  const sheet = `<rect width="${width}" height="${height}" fill="${paper}"/>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${resolved.slice(0, open)}${sheet}${resolved.slice(open)}\n`;
}
