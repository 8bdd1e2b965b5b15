import type { Reference, TableFigure } from '@sardonyx/study';

/** Mean accuracy (%) of every model against the training step, of the table that `trainModels` writes; with the paper's values, if any. */
export const accuracyFigure = (reference: readonly Reference[] = [], title = 'Accuracy while training'): TableFigure => ({
  name: 'accuracy',
  title,
  kind: 'line',
  table: 'mean-accuracy',
  x: 'step',
  y: 'accuracy',
  series: 'model',
  xLabel: 'training step',
  yLabel: 'accuracy (%)',
  ...(reference.length > 0 && { reference }),
});
