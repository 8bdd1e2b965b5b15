import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StorageError } from '../src/errors.js';
import { EventReader, type EventSlice, logStart } from '../src/event-reader.js';
import { temporaryDirectory } from './temporary-directory.js';

const time = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const line = (text: string, second = 0): string => `${JSON.stringify({ type: 'log', text, time: time(second) })}\n`;
const texts = (slice: EventSlice | 'rewound'): string[] =>
  slice === 'rewound' ? ['rewound'] : slice.events.flatMap((event) => (event.type === 'log' ? [event.text] : []));

function logOf(...lines: readonly string[]): string {
  const path = join(temporaryDirectory(), 'events.ndjson');
  writeFileSync(path, lines.join(''));
  return path;
}

describe('a reader of a log', () => {
  it('reads what was added since, each event once', () => {
    const path = logOf(line('one'), line('zwei ✓'));
    const reader = new EventReader(path);
    expect(texts(reader.read())).toEqual(['one', 'zwei ✓']);
    expect(texts(reader.read())).toEqual([]);
    appendFileSync(path, line('three'));
    expect(texts(reader.read())).toEqual(['three']);
    expect(reader.position.offset).toBe(readFileSync(path).length);
  });

  it('reads a long log in pieces of about the size that is asked for, however they cut the lines', () => {
    const lines = Array.from({ length: 100 }, (_, index) => line(`✓${'x'.repeat(index % 7)}${index}`));
    const path = logOf(...lines);
    const whole = texts(new EventReader(path).read());
    for (const limit of [1, 60, 61, 62, 63, 64, 200, 1000, 1e6]) {
      const reader = new EventReader(path);
      const read: string[] = [];
      for (let slice = texts(reader.read(limit)); slice.length > 0; slice = texts(reader.read(limit))) read.push(...slice);
      expect(read).toEqual(whole);
    }
  });

  it('leaves a torn last line for the next time, and passes over a line that is no event', () => {
    const later = line('later');
    const path = logOf(line('first'), '{"type":"log","te\n', line('second'), later.slice(0, 20));
    const reader = new EventReader(path);
    const slice = reader.read();
    expect(texts(slice)).toEqual(['first', 'second']);
    expect(slice !== 'rewound' && slice.positionOf(1).offset).toBe(readFileSync(path, 'utf8').indexOf(line('second')));
    appendFileSync(path, later.slice(20));
    expect(texts(reader.read())).toEqual(['later']);
  });

  it('tells where each event begins, so that another can go on there', () => {
    const path = logOf(line('one'), line('zwei ✓'), line('three'));
    const slice = new EventReader(path).read();
    if (slice === 'rewound') throw new Error('nothing was cut off');
    expect([0, 1, 2].map((index) => texts(new EventReader(path, slice.positionOf(index)).read()))).toEqual([
      ['one', 'zwei ✓', 'three'],
      ['zwei ✓', 'three'],
      ['three'],
    ]);
    expect(new EventReader(path).holds(slice.positionOf(2))).toBe(true);
  });

  it('notices that the log was cut off, also when it has grown past the old end since', () => {
    const path = logOf(line('kept'));
    const reader = new EventReader(path);
    reader.read();
    const kept = reader.position;
    appendFileSync(path, line('void 1') + line('void 2'));
    reader.read();
    const end = reader.position;
    // The same events again, but later; and of the same length, so that only their time differs.
    writeFileSync(path, line('kept') + line('void 1', 9) + line('void 2', 9) + line('more', 9));
    expect(reader.read()).toBe('rewound');
    expect([logStart, kept, end].map((position) => reader.holds(position))).toEqual([true, true, false]);
    reader.moveTo(kept);
    expect(texts(reader.read())).toEqual(['void 1', 'void 2', 'more']);
    writeFileSync(path, '');
    expect(reader.read()).toBe('rewound');
  });

  it('finds a place near the end to begin at', () => {
    const path = logOf(...Array.from({ length: 50 }, (_, index) => line(String(index))));
    const reader = new EventReader(path);
    reader.moveTo(reader.positionNearEnd(200));
    expect(texts(reader.read())).toEqual(['47', '48', '49']);
    expect(reader.positionNearEnd(1e6)).toEqual(logStart);
  });

  it('reports a log that is gone', () => {
    const path = logOf(line('one'));
    const reader = new EventReader(path);
    rmSync(path);
    expect(() => reader.read()).toThrow(StorageError);
  });
});
