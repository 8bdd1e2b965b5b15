import { useLayoutEffect, useRef } from 'preact/hooks';
import type { LogEntry } from '../../api/index.js';
import { formatExact } from '../times.js';

/** The log, folded away at first; it follows its end for as long as its end is in view. */
export function RunLog({ entries }: { readonly entries: readonly LogEntry[] | undefined }) {
  const list = useRef<HTMLOListElement>(null);
  const isAtEnd = useRef(true);
  const toEnd = () => {
    if (list.current !== null && isAtEnd.current) list.current.scrollTop = list.current.scrollHeight;
  };
  useLayoutEffect(toEnd, [entries]);
  const noteScroll = () => {
    const box = list.current;
    if (box !== null) isAtEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < 24;
  };
  return (
    <details class="log" onToggle={toEnd}>
      <summary>
        <h2 id="log-title">Log</h2>
        <span class="heading-note">{entries === undefined ? '' : entries.length === 1 ? 'one entry' : `${entries.length} entries`}</span>
      </summary>
      {/* A box that scrolls must be reachable by keyboard. */}
      <ol ref={list} class="log-entries" onScroll={noteScroll} tabIndex={0} aria-label="Log entries">
        {(entries ?? []).map((entry, index) => (
          <li key={index} class={`log-${entry.kind}`}>
            <time dateTime={entry.time} title={formatExact(entry.time)}>
              {clockTime(entry.time)}
            </time>{' '}
            <span class="log-kind">{entry.kind}</span> {entry.text}
          </li>
        ))}
      </ol>
    </details>
  );
}

function clockTime(iso: string): string {
  return new Date(iso).toTimeString().slice(0, 8);
}
