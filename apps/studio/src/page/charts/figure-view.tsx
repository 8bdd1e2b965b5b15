import type { JSX } from 'preact';
import type { FigureViewProps } from './chart-props.js';

export function FigureView({ figure }: FigureViewProps): JSX.Element {
  return <figure aria-label={figure.title} />;
}
