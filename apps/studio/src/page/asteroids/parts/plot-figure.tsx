import { standaloneSvg } from '@sardonyx/study/figures';
import { useMemo, useRef } from 'preact/hooks';
import '../../charts/charts.css';
import { useSize } from '../../charts/element-size.js';
import { type SaveFormat, SaveMenu } from '../../charts/save-menu.js';
import { fileName, pngOf, saveFile } from '../../charts/saving.js';
import { useTheme } from '../../charts/theme.js';
import { type FigureSize, savedSize } from '../figures/figure-size.js';

interface PlotFigureProps<T> {
  readonly title: string;
  readonly caption: string;
  /** What is drawn; the same object as long as it is the same. */
  readonly content: T;
  readonly draw: (content: T, size: FigureSize) => string;
  readonly csv: (content: T) => string;
}

/** A figure with its caption, saved as SVG, PNG and CSV. */
export function PlotFigure<T>({ title, caption, content, draw, csv }: PlotFigureProps<T>) {
  const theme = useTheme();
  const box = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(box);
  const svg = useMemo(() => (width === 0 ? '' : draw(content, { width, height })), [content, draw, width, height]);
  const save = async (format: SaveFormat): Promise<void> => {
    const name = fileName('asteroids', title);
    if (format === 'CSV') return saveFile(`${name}.csv`, csv(content), 'text/csv');
    const drawing = standaloneSvg(draw(content, savedSize), theme.ground);
    if (format === 'SVG') saveFile(`${name}.svg`, drawing, 'image/svg+xml');
    else saveFile(`${name}.png`, await pngOf(drawing, 2));
  };
  return (
    <figure class="chart-figure">
      <div class="chart-figure-box" ref={box}>
        {/* The text is of our own making: no part of it comes from files but numbers. */}
        <div class="chart-drawing" dangerouslySetInnerHTML={{ __html: svg }} />
      </div>
      <figcaption>
        <SaveMenu label={title} isDisabled={svg === ''} save={save} />
        <strong>{title}.</strong> {caption}
      </figcaption>
    </figure>
  );
}
