/** What a figure stands on. */
export type Ground = 'light' | 'dark';

/**
 * Colours of figures after M. Okabe and K. Ito, "Color Universal Design" (2008), with the yellow and the black of their
 * eight made fit for thin lines: told apart with every common colour vision deficiency. They are custom properties, so that a page can lighten them on a dark ground; the
 * fallbacks serve an SVG that stands alone.
 */
const light = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e0a100', '#56b4e9', '#333333', '#7b2d6b'] as const;
const dark = ['#56b4e9', '#e8743b', '#2fb58c', '#e3a4c6', '#f2e34c', '#3d78c8', '#ffffff', '#a8507c'] as const;

/** The colours of series in their order, on a light or a dark ground. */
export function seriesColours(ground: Ground): readonly string[] {
  return ground === 'light' ? light : dark;
}

/** Colours of the ground and of what is written on it. */
export function groundColours(ground: Ground): { readonly ground: string; readonly ink: string } {
  return ground === 'light' ? { ground: '#ffffff', ink: '#1d1d1f' } : { ground: '#151517', ink: '#ececef' };
}

/** CSS colour of the series at `index`; colours repeat after eight, dashes then tell them apart. */
export function seriesColour(index: number): string {
  const slot = index % light.length;
  return `var(--series-${slot + 1}, ${light[slot]})`;
}

/** Dash pattern of the series at `index`, so that lines differ without colour as well. */
export function seriesDash(index: number): string {
  return ['none', '6 3', '2 3', '8 3 2 3'][index % 4] ?? 'none';
}

/** Declarations of the series colours, for a light or a dark ground. */
export function seriesDeclarations(ground: Ground): string {
  return seriesColours(ground)
    .map((colour, index) => `--series-${index + 1}: ${colour};`)
    .join(' ');
}
