import { type Figure, figureColumns, type FigurePoint, standaloneSvg } from '@sardonyx/study/figures';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ChartRun, FigureViewProps } from './chart-props.js';
import './charts.css';
import { chartClient } from './data/chart-client.js';
import type { FigureAnswer } from './data/chart-data.js';
import { retryAfter } from './data/run-data.js';
import { type ElementSize, useSize } from './element-size.js';
import { pointsSummary } from './points-summary.js';
import { type SaveFormat, SaveMenu } from './save-menu.js';
import { fileName, pngOf, saveFile } from './saving.js';
import { useTheme } from './theme.js';

/** Least time between two drawings of a run that goes on, milliseconds. */
const redrawAfter = 1000;

export function FigureView({ run, figure }: FigureViewProps): JSX.Element {
  const theme = useTheme();
  const box = useRef<HTMLDivElement>(null);
  const size = useSize(box);
  const answer = useFigure(run, figure);
  const svg = useDrawing(figure, answer, size);
  const isDrawn = answer?.status === 'drawn';

  const save = async (format: SaveFormat): Promise<void> => {
    const name = fileName(run.id.split('/').at(-1) ?? '', figure.name);
    if (format === 'CSV') return saveFile(`${name}.csv`, await chartClient.call('figureCsv', run.id, figure), 'text/csv');
    // Files have the report's size, whatever the width of the page.
    const drawing = standaloneSvg(await draw(figure, answer?.points ?? []), theme.ground);
    if (format === 'SVG') saveFile(`${name}.svg`, drawing, 'image/svg+xml');
    else saveFile(`${name}.png`, await pngOf(drawing, 2));
  };

  return (
    <figure class="chart-figure" aria-busy={answer === undefined}>
      <div class="chart-figure-box" ref={box}>
        {isDrawn && svg !== undefined ? (
          // The text is of our own making: `drawFigure` escapes every name and label.
          <div class="chart-drawing" dangerouslySetInnerHTML={{ __html: svg }} />
        ) : (
          <p class="chart-message" role="status">
            {message(figure, answer)}
          </p>
        )}
      </div>
      <figcaption>
        <SaveMenu label={figure.title} isDisabled={!isDrawn} save={save} />
        <strong>{figure.title}.</strong> {figure.caption} {answer?.note}
      </figcaption>
      {isDrawn && <p class="chart-hidden">{pointsSummary(figure, answer.points)}</p>}
    </figure>
  );
}

function message(figure: Figure, answer: FigureAnswer | undefined): string {
  if (answer === undefined || answer.status === 'drawn') return 'Loading …';
  if (answer.status === 'failed') return answer.problem ?? '';
  const what = 'table' in figure ? `table “${figure.table}” (${figureColumns(figure).join(', ')})` : figure.metrics.join(', ');
  return `No data yet. The figure is drawn once the run has recorded ${what}.`;
}

/** The figure's points, asked for again when the run's data change. */
function useFigure(run: ChartRun, figure: Figure): FigureAnswer | undefined {
  const [answer, setAnswer] = useState<FigureAnswer>();
  useEffect(() => {
    setAnswer(undefined);
    let isGone = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let askedAt = -Infinity;
    const ask = (): void => {
      timer = undefined;
      askedAt = performance.now();
      chartClient.call('figure', run.id, figure).then(
        (found) => {
          if (isGone) return;
          setAnswer(found);
          if (found.isPassing === true) timer ??= setTimeout(ask, retryAfter + 500);
        },
        (error: Error) => isGone || setAnswer({ status: 'failed', points: [], problem: error.message }),
      );
    };
    const stop = chartClient.follow(run, ({ series, tables }) => {
      const concerns = 'table' in figure ? tables.includes(figure.table) : figure.metrics.some((metric) => series.includes(metric));
      if (concerns) timer ??= setTimeout(ask, Math.max(0, askedAt + redrawAfter - performance.now()));
    });
    ask();
    return () => {
      isGone = true;
      clearTimeout(timer);
      stop();
    };
  }, [run.id, run.feed, JSON.stringify(figure)]);
  return answer;
}

/** The figure drawn at the size that it has on the page. */
function useDrawing(figure: Figure, answer: FigureAnswer | undefined, size: ElementSize): string | undefined {
  const [svg, setSvg] = useState<string>();
  useEffect(() => {
    if (answer?.status !== 'drawn' || size.width === 0) return undefined;
    let isGone = false;
    void draw(figure, answer.points, size).then((drawing) => isGone || setSvg(drawing));
    return () => {
      isGone = true;
    };
  }, [figure, answer, size.width, size.height]);
  return svg;
}

async function draw(figure: Figure, points: readonly FigurePoint[], size?: ElementSize): Promise<string> {
  const { drawFigure } = await import('@sardonyx/study/figures/draw');
  return drawFigure(figure, points, document, size);
}
