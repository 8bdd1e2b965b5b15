import { afterEach, describe, expect, it, vi } from 'vitest';
import { valueRange } from '../../src/page/charts/curve-scale.js';
import { ChartData, type DataChange } from '../../src/page/charts/data/chart-data.js';
import { RunData } from '../../src/page/charts/data/run-data.js';
import { panelsOf } from '../../src/page/charts/panels.js';
import { RunFeed } from '../../src/page/charts/run-feed.js';
import { ViewWindow } from '../../src/page/charts/view-window.js';

afterEach(() => vi.unstubAllGlobals());

/** A server whose series are answered when the test says so. */
function stubServer() {
  const waiting: ((values: readonly number[] | number) => void)[] = [];
  vi.stubGlobal(
    'fetch',
    () =>
      new Promise<Response>((resolve) => {
        waiting.push((values) => {
          if (typeof values === 'number') resolve(new Response('{}', { status: values }));
          else resolve(new Response(Float64Array.from([...values.keys(), ...values]).buffer));
        });
      }),
  );
  const answer = async (values: readonly number[] | number): Promise<void> => {
    waiting.shift()?.(values);
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { answer, open: () => waiting.length };
}

const batch = (from: number, ...values: (number | string)[]) => ({ loss: { from, steps: values.map((_, index) => from + index), values } });
const valuesOf = (data: RunData): number[] => {
  const { store } = data.series('loss');
  return Array.from(store.values.subarray(0, store.length));
};

describe('RunData', () => {
  it('fetches once, and continues with what the stream brings, whatever arrives first', async () => {
    const server = stubServer();
    const data = new RunData('/api/runs/a/b/c', () => undefined);
    expect(data.series('loss').status).toBe('loading');
    data.receive(batch(1, 11, 12));
    data.receive(batch(3, 13, 'NaN'));
    await server.answer([10, 11, 12]);
    expect(valuesOf(data)).toEqual([10, 11, 12, 13, NaN]);
    data.receive(batch(4, 14, '-Infinity'));
    expect(valuesOf(data)).toEqual([10, 11, 12, 13, NaN, -Infinity]);
    expect(server.open()).toBe(0);
  });

  it('fetches again when the stream began later than the data end', async () => {
    const server = stubServer();
    const data = new RunData('/api/runs/a/b/c', () => undefined);
    data.series('loss');
    await server.answer([10]);
    data.receive(batch(3, 13));
    expect(server.open()).toBe(1);
    data.receive(batch(4, 14));
    await server.answer([10, 11, 12, 13]);
    expect(valuesOf(data)).toEqual([10, 11, 12, 13, 14]);
  });

  it('fetches again after a rewind, and of two answers believes the later question', async () => {
    const server = stubServer();
    const data = new RunData('/api/runs/a/b/c', () => undefined);
    data.series('loss');
    data.reload();
    await server.answer([1, 2, 3, 4]);
    expect(data.series('loss').status).toBe('loading');
    await server.answer([1, 2]);
    data.receive(batch(2, 30));
    expect(valuesOf(data)).toEqual([1, 2, 30]);
    data.reload();
    expect(valuesOf(data)).toEqual([1, 2, 30]);
    await server.answer([1]);
    expect(valuesOf(data)).toEqual([1]);
  });

  it('asks for a series that was missing when its first points come', async () => {
    const server = stubServer();
    const changes: string[] = [];
    const data = new RunData('/api/runs/a/b/c', (series) => changes.push(series));
    data.series('loss');
    await server.answer(404);
    expect(data.series('loss').status).toBe('missing');
    data.receive(batch(0, 5));
    await server.answer([5]);
    expect(valuesOf(data)).toEqual([5]);
    expect(changes).toEqual(['loss', 'loss']);
  });

  it('says why it failed', async () => {
    const server = stubServer();
    const data = new RunData('/api/runs/a/b/c', () => undefined);
    data.series('loss');
    await server.answer(500);
    expect(data.series('loss')).toMatchObject({ status: 'failed', problem: expect.stringContaining('500') as string });
  });

  it('draws a run that no server knows from its feed alone, also what was pushed before', () => {
    const feed = new RunFeed();
    feed.push({ loss: { steps: [0, 1], values: [3, 2] } });
    const data = new RunData(undefined, () => undefined);
    feed.subscribe({ points: (points) => data.receive(points) });
    feed.push({ loss: { steps: [2], values: [1] } });
    expect(valuesOf(data)).toEqual([3, 2, 1]);
  });
});

describe('ChartData', () => {
  it('tells once of many changes, and reads points exactly', async () => {
    vi.useFakeTimers();
    const told: DataChange[] = [];
    const data = new ChartData((change) => told.push(change));
    data.follow('r', undefined);
    for (let step = 0; step < 1000; step++) data.points('r', { loss: { from: step, steps: [step], values: [Math.sqrt(step)] } });
    vi.advanceTimersByTime(100);
    vi.useRealTimers();
    expect(told).toEqual([{ run: 'r', series: ['loss'], tables: [] }]);
    const curves = [{ run: 'r', series: 'loss' }];
    expect(data.readings(curves, 700.2, 0)).toEqual([{ step: 700, value: Math.sqrt(700), smooth: undefined }]);
    expect([data.neighbour(curves, 5, 1), data.neighbour(curves, 5, -1), data.neighbour(curves, 999, 1)]).toEqual([6, 4, undefined]);
    const { extent, table } = data.window({ curves, columns: 50, smoothing: 0.9, isLogarithmic: false });
    expect(extent).toEqual([0, 999]);
    expect(table.curves).toHaveLength(2);
    await Promise.resolve();
  });

  it('says of a window without data that it has none', () => {
    const data = new ChartData(() => undefined);
    data.follow('r', undefined);
    const { extent, table } = data.window({ curves: [{ run: 'r', series: 'x' }], columns: 50, smoothing: 0, isLogarithmic: false });
    expect([extent, table.steps.length]).toEqual([undefined, 0]);
  });
});

describe('panelsOf', () => {
  it('puts losses together and accuracies together, whatever else the name says', () => {
    const panels = panelsOf([
      'loss looped',
      'accuracy looped',
      'train loss',
      'validation/loss',
      'meanAccuracy',
      'lr',
      'learning_rate head',
    ]);
    expect(panels.map(({ quantity, series }) => [quantity, ...series])).toEqual([
      ['loss', 'loss looped', 'train loss', 'validation/loss'],
      ['accuracy', 'accuracy looped', 'meanAccuracy'],
      ['learning rate', 'lr', 'learning_rate head'],
    ]);
    expect(panels.flatMap(({ labels }) => labels)).toEqual([
      'looped',
      'train loss',
      'validation/loss',
      'looped',
      'meanAccuracy',
      'lr',
      'head',
    ]);
  });

  it('knows quantities of two words', () => {
    const panels = panelsOf(['learning rate 1x4', 'learning rate 1x1', 'gradient norm (1⊗4)', 'gradient norm (1⊗1)', 'loss rate']);
    expect(panels.map(({ quantity, labels }) => [quantity, ...labels])).toEqual([
      ['learning rate', '1x4', '1x1'],
      ['gradient norm', '(1⊗4)', '(1⊗1)'],
      ['loss rate', 'loss rate'],
    ]);
  });

  it('keeps units apart, and names them; not everything in parentheses is one', () => {
    const panels = panelsOf(['time (s) forward', 'time (s) backward', 'time (days)', 'loss (1⊗3)', 'loss (1⊗1)']);
    expect(panels).toMatchObject([
      { quantity: 'time (s)', series: ['time (s) forward', 'time (s) backward'], labels: ['forward', 'backward'] },
      { quantity: 'time (days)', series: ['time (days)'], labels: ['time (days)'] },
      { quantity: 'loss', series: ['loss (1⊗3)', 'loss (1⊗1)'], labels: ['(1⊗3)', '(1⊗1)'] },
    ]);
  });
});

describe('ViewWindow', () => {
  it('zooms about a point, pans, and stays within the data', () => {
    const view = new ViewWindow();
    view.setExtent('panel', [0, 100]);
    view.zoom(0.5, 0.25);
    expect(view.range).toEqual([12.5, 62.5]);
    view.pan(1);
    expect(view.range).toEqual([50, 100]);
    view.pan(1);
    expect(view.range).toEqual([50, 100]);
    view.zoom(4);
    expect(view.isWhole).toBe(true);
    expect(view.range).toEqual([0, 100]);
  });

  it('follows growing data until a part is chosen', () => {
    const view = new ViewWindow();
    expect(view.range).toBeUndefined();
    view.setExtent('one', [0, 10]);
    view.setExtent('two', [5, 30]);
    expect(view.range).toEqual([0, 30]);
    view.show(5, 10);
    view.setExtent('one', [0, 40]);
    expect(view.range).toEqual([5, 10]);
    view.reset();
    expect(view.range).toEqual([0, 40]);
    view.removePanel('one');
    expect(view.range).toEqual([5, 30]);
  });

  it('has room around a single point', () => {
    const view = new ViewWindow();
    view.setExtent('one', [3, 3]);
    expect(view.range).toEqual([2.5, 3.5]);
    view.zoom(0.5);
    expect(view.range).toEqual([2.5, 3.5]);
  });
});

describe('valueRange', () => {
  it('leaves air, but none below zero for what is never negative', () => {
    expect(valueRange({ low: 0.1, high: 10.1 }, false)).toEqual([0, 10.6]);
    expect(valueRange({ low: -10, high: 10 }, false)).toEqual([-11, 11]);
    expect(valueRange({ low: 5, high: 5 }, false)).toEqual([4.5, 5.5]);
    expect(valueRange({ low: 2, high: 2 }, true)).toEqual([1, 4]);
    expect(valueRange({ low: Infinity, high: -Infinity }, true)).toEqual([0.1, 10]);
  });
});
