import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { CurveStyle } from './curve-style.js';
import { chartClient } from './data/chart-client.js';
import type { Reading } from './data/chart-data.js';

/** Where a person points in a panel, and what the curves are there. */
export interface Cursor {
  /** Step of the recorded point nearest to where the person points; undefined when nowhere. */
  readonly step: number | undefined;
  /** Recorded point of each curve nearest to that step; the last of each when nobody points. */
  readonly readings: readonly (Reading | undefined)[];
  readonly moveTo: (step: number | undefined) => void;
  /** Goes to the next or the previous recorded point. */
  readonly moveBy: (by: 1 | -1, from: number) => void;
}

/** @param news changes when the curves' data did */
export function useCursor(curves: readonly CurveStyle[], smoothing: number, news: unknown): Cursor {
  const [found, setFound] = useState<Pick<Cursor, 'step' | 'readings'>>({ step: undefined, readings: [] });
  const reader = useMemo(() => new PointReader(setFound), []);
  const key = JSON.stringify(curves.map((curve) => curve.key));
  const isFirst = useRef(true);
  reader.curves = curves;
  reader.smoothing = smoothing;
  useEffect(() => {
    if (!isFirst.current) reader.read();
    isFirst.current = false;
  }, [key, smoothing, news]);
  return { ...found, moveTo: reader.moveTo, moveBy: reader.moveBy };
}

/** Asks the worker for recorded points, one question at a time; of what is asked meanwhile only the last counts. */
class PointReader {
  curves: readonly CurveStyle[] = [];
  smoothing = 0;
  readonly #setFound: (found: Pick<Cursor, 'step' | 'readings'>) => void;
  #target: number | undefined;
  #isReading = false;
  #readAgain = false;

  constructor(setFound: (found: Pick<Cursor, 'step' | 'readings'>) => void) {
    this.#setFound = setFound;
  }

  readonly moveTo = (step: number | undefined): void => {
    this.#target = step;
    this.read();
  };

  readonly moveBy = (by: 1 | -1, from: number): void => {
    void chartClient.call('neighbour', this.curves, this.#target ?? from, by).then((step) => {
      if (step !== undefined) this.moveTo(step);
    });
  };

  read(): void {
    if (this.#isReading) {
      this.#readAgain = true;
      return;
    }
    this.#isReading = true;
    this.#readAgain = false;
    const target = this.#target;
    const names = this.curves.map(({ run, series }) => ({ run, series }));
    chartClient.call('readings', names, target ?? Infinity, this.smoothing).then(
      (readings) => {
        this.#isReading = false;
        this.#setFound({ step: target === undefined ? undefined : nearestStep(readings, target), readings });
        if (this.#readAgain) this.read();
      },
      // The panel shows why its window could not be read; there is nothing to point at then.
      () => {
        this.#isReading = false;
      },
    );
  }
}

function nearestStep(readings: readonly (Reading | undefined)[], target: number): number | undefined {
  const steps = readings.flatMap((reading) => (reading === undefined ? [] : [reading.step]));
  if (steps.length === 0) return undefined;
  return steps.reduce((best, step) => (Math.abs(step - target) < Math.abs(best - target) ? step : best));
}
