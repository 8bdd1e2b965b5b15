import type { Figure } from '@sardonyx/study';

/** Losses over steps and over learning rates, from the tables of a sweep. */
export const sweepFigures: readonly Figure[] = [
  {
    name: 'curves',
    title: 'Loss at the best learning rate',
    kind: 'line',
    table: 'curves',
    x: 'step',
    y: 'loss',
    series: 'label',
    xLabel: 'step',
    yLabel: 'loss',
    yScale: 'log',
  },
  {
    name: 'rates',
    title: 'Loss against the learning rate',
    kind: 'line',
    table: 'rates',
    x: 'rate',
    y: 'loss',
    series: 'label',
    xLabel: 'learning rate η',
    yLabel: 'loss at the last step',
    xScale: 'log',
    yScale: 'log',
  },
];
