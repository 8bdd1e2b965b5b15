import type { ChartTheme } from '../../charts/theme.js';
import type { Rgb } from '../data/body-tints.js';

/** Places of the orbit classes' colours among those of series. */
const seriesOfClass = [1, 4, 3, 0, 2, 7, 5, 6];

/** CSS colours of the orbit classes. */
export const classColours = (theme: ChartTheme): string[] => seriesOfClass.map((at) => theme.series[at]!);

/** CSS colours of bodies that meet no planet, Mercury, Venus, Earth, Mars: those of the planets' curves in the maps. */
export const metColours = (theme: ChartTheme): string[] => [theme.faint, ...theme.series.slice(0, 4)];

/** The three bytes of a computed colour, `rgb(r, g, b)`. */
export function bytesOf(colour: string): Rgb {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue];
}
