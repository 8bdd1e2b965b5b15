import * as Plot from '@observablehq/plot';
import type { FigureSize } from './figure-size.js';

const titleText = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** Draws marks with the type and frame that figures of this page share; gives the text of one SVG element. */
export function drawn(title: string, { width, height }: FigureSize, options: Plot.PlotOptions): string {
  const plot = Plot.plot({
    width,
    height,
    marginLeft: 52,
    marginRight: 20,
    marginTop: 30,
    marginBottom: 42,
    className: 'sardonyx-figure',
    ...options,
    x: { labelOffset: 36, ...options.x },
    marks: [
      ...(options.marks ?? []),
      Plot.frame({ anchor: 'left', strokeOpacity: 0.4 }),
      Plot.frame({ anchor: 'bottom', strokeOpacity: 0.4 }),
    ],
  });
  plot.setAttribute('font-size', '12');
  // Images are named by an attribute of an older namespace, which pages read by its usual prefix alone.
  const body = new XMLSerializer().serializeToString(plot).replaceAll(/xmlns:(\w+)="http:\/\/www\.w3\.org\/1999\/xlink" \1:href/g, 'href');
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" ` +
    `aria-label="${titleText(title)}" font-family="system-ui, sans-serif" font-size="12" fill="currentColor">` +
    `<title>${titleText(title)}</title>${body}</svg>`
  );
}
