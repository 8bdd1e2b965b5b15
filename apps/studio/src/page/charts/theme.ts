import { type Ground, groundColours, seriesColours } from '@sardonyx/study/figures';
import { useEffect, useState } from 'preact/hooks';

/** Colours and type of the page as they are now, spelled out, since a canvas knows no custom properties. */
export interface ChartTheme {
  readonly ground: Ground;
  readonly ink: string;
  readonly faint: string;
  readonly line: string;
  readonly paper: string;
  readonly series: readonly string[];
  readonly fontFamily: string;
}

/** The page's theme, read again whenever it may have changed. */
export function useTheme(): ChartTheme {
  const [theme, setTheme] = useState(readTheme);
  useEffect(() => {
    const update = (): void => setTheme((old) => keepIfEqual(old, readTheme()));
    update();
    return watchTheme(update);
  }, []);
  return theme;
}

function keepIfEqual(old: ChartTheme, theme: ChartTheme): ChartTheme {
  return JSON.stringify(old) === JSON.stringify(theme) ? old : theme;
}

function readTheme(): ChartTheme {
  // Computed on an element, since a custom property may hold `light-dark()` or another property.
  const probe = document.createElement('span');
  probe.style.display = 'none';
  document.body.append(probe);
  const colour = (value: string): string => {
    probe.style.color = value;
    return getComputedStyle(probe).color;
  };
  const { fontFamily } = getComputedStyle(probe);
  const paper = colour('var(--ground, Canvas)');
  const ground = luminance(paper) < 0.4 ? 'dark' : 'light';
  const fallback = groundColours(ground);
  const theme: ChartTheme = {
    ground,
    paper,
    ink: colour(`var(--ink, ${fallback.ink})`),
    faint: colour(`var(--faint, ${ground === 'light' ? '#6b6b70' : '#a0a0a8'})`),
    line: colour(`var(--line, ${ground === 'light' ? '#d9d9de' : '#38383e'})`),
    series: seriesColours(ground).map((value, index) => colour(`var(--series-${index + 1}, ${value})`)),
    fontFamily,
  };
  probe.remove();
  return theme;
}

function watchTheme(changed: () => void): () => void {
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  scheme.addEventListener('change', changed);
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'class', 'style'] });
  return () => {
    scheme.removeEventListener('change', changed);
    observer.disconnect();
  };
}

/** Brightness from 0 to 1 of a computed colour, `rgb(r, g, b)`. */
function luminance(colour: string): number {
  const [red = 255, green = 255, blue = 255] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}
