import type { JSX } from 'preact';
import type { LiveCurvesProps } from './chart-props.js';

export function LiveCurves({ series }: LiveCurvesProps): JSX.Element {
  return <section aria-label={series.join(', ')} />;
}
