import type { Figure, FigurePoint } from './figure.js';
import type { PlotDocument } from './plot.js';
import { standaloneSvg } from './standalone-svg.js';
import { thinnedPoints } from './thinning.js';

/** A drawing, and what was done to its points before, for the caption. */
export interface FigureDrawing {
  /** One SVG element for a page, in the colours around it. */
  readonly svg: string;
  readonly note?: string | undefined;
}

/** Draws a figure without a browser; points in numbers that nobody would see are thinned out first. */
export async function figureDrawing(figure: Figure, points: readonly FigurePoint[]): Promise<FigureDrawing> {
  // Loaded here because they take longer to load than most commands take to run.
  const [{ drawFigure }, { parseHTML }] = await Promise.all([import('./plot.js'), import('linkedom')]);
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const { points: marks, note } = thinnedPoints(figure, points);
  return { svg: drawFigure(figure, marks, document as unknown as PlotDocument), note };
}

/** A figure as the text of an SVG file, on a light ground. */
export const figureSvg = async (figure: Figure, points: readonly FigurePoint[]): Promise<string> =>
  standaloneSvg((await figureDrawing(figure, points)).svg, 'light');
