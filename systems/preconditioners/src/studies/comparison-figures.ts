import type { Figure } from '@sardonyx/study';

const loss = 'validation loss over its floor (nats)';

/** Losses against steps, seconds and learning rates, from the tables of a comparison of optimizers. */
export const comparisonFigures: readonly Figure[] = [
  {
    name: 'steps',
    title: 'Validation loss against steps, at the learning rate that tuning chose',
    caption: 'Means over the runs. The floor is the loss of the process that made the data; 0 of data from a file.',
    kind: 'line',
    table: 'curves',
    x: 'step',
    y: 'excess',
    series: 'optimizer',
    xLabel: 'step',
    yLabel: loss,
    yScale: 'log',
  },
  {
    name: 'seconds',
    title: 'Validation loss against training time',
    caption:
      'Gradient, update and the host’s share of it; without compilation, data and validations. Depends on the machine and the moment.',
    kind: 'line',
    table: 'clock',
    x: 'seconds',
    y: 'excess',
    series: 'optimizer',
    xLabel: 'training time (s)',
    yLabel: loss,
    yScale: 'log',
  },
  {
    name: 'learning-rates',
    title: 'Final validation loss against the learning rate, on the tuning seed',
    kind: 'line',
    table: 'tuning',
    x: 'rate',
    y: 'excess',
    series: 'optimizer',
    xLabel: 'learning rate',
    yLabel: loss,
    xScale: 'log',
    yScale: 'log',
  },
  {
    name: 'final',
    title: 'Final validation loss',
    kind: 'bar',
    table: 'final',
    x: 'optimizer',
    y: 'excess',
    xLabel: 'optimizer',
    yLabel: loss,
  },
];
