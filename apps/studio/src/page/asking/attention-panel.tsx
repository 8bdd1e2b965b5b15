import type { ObservedLayer } from '@sardonyx/looped-transformers/training';
import { useMemo, useRef } from 'preact/hooks';
import { cell, drawAttention, labelSpace, mapSize } from './attention-drawing.js';
import { movedPair, type Pair } from './token-pair.js';

interface AttentionPanelProps {
  readonly name: string;
  /** What is written above the map. */
  readonly title: string;
  readonly layer: ObservedLayer;
  readonly head: number;
  readonly labels: readonly string[];
  readonly pair: Pair | undefined;
  readonly onPair: (pair: Pair | undefined) => void;
}

/** The heat map of one head. The pointer and the arrow keys choose a pair of tokens. */
export function AttentionPanel({ name, title, layer, head, labels, pair, onPair }: AttentionPanelProps) {
  const map = layer.heads[head]!;
  const drawing = useMemo(() => drawAttention({ probabilities: map, labels }), [map, labels]);
  const svg = useRef<SVGSVGElement>(null);
  const size = mapSize(labels);
  const space = labelSpace(labels);

  const point = (event: PointerEvent): void => {
    const box = svg.current!.getBoundingClientRect();
    const at = (offset: number, extent: number): number => Math.floor(((offset / extent) * size - space) / cell);
    const [query, key] = [at(event.clientY - box.top, box.height), at(event.clientX - box.left, box.width)];
    if (query >= 0 && query < labels.length && key >= 0 && key <= query) onPair({ query, key });
  };

  const move = (event: KeyboardEvent): void => {
    const next = movedPair(event.key, pair ?? { query: labels.length - 1, key: labels.length - 1 }, labels.length);
    if (next === undefined) return;
    event.preventDefault();
    onPair(next);
  };

  return (
    <figure class="attention-panel">
      <figcaption>{title}</figcaption>
      <div
        class="attention-map"
        role="application"
        aria-roledescription="heat map"
        aria-label={`Attention, ${name}. Arrow keys choose a query and a key.`}
        tabIndex={0}
        onKeyDown={move}
        onFocus={() => onPair(pair ?? { query: labels.length - 1, key: labels.length - 1 })}
        onPointerMove={point}
        onPointerDown={point}
      >
        <svg ref={svg} viewBox={`0 0 ${size} ${size}`} aria-hidden="true" style={{ maxWidth: `${Math.max(220, 1.6 * size)}px` }}>
          {/* The text is of our own making: every token is escaped. */}
          <g dangerouslySetInnerHTML={{ __html: drawing }} />
          {pair !== undefined && pair.query < labels.length && (
            <rect class="attention-cursor" x={space + pair.key * cell} y={space + pair.query * cell} width={cell} height={cell} />
          )}
        </svg>
      </div>
    </figure>
  );
}
