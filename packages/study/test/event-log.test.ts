import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CheckpointError, StorageError } from '../src/errors.js';
import { EventLog, metricValues, readEvents, type RunEvent } from '../src/event-log.js';
import { nodeFileSystem } from '../src/file-system.js';
import { failingFileSystem } from './failing-file-system.js';
import { temporaryDirectory } from './temporary-directory.js';

const log = (text: string): RunEvent => ({ type: 'log', text, time: '2026-01-01T00:00:00.000Z' });

describe('event log', () => {
  it('appends whole lines and reads them back while it is open', () => {
    const path = join(temporaryDirectory(), 'events.ndjson');
    const events = new EventLog(nodeFileSystem, path, 0);
    events.append(log('first\nline'));
    expect(readEvents(path).events).toEqual([log('first\nline')]);
    const { offset } = readEvents(path);
    events.append(log('zweite Zeile ✓'));
    expect(readEvents(path, offset).events).toEqual([log('zweite Zeile ✓')]);
    expect(events.offset).toBe(readFileSync(path).length);
    events.close();
  });

  it('leaves out a last line that is torn, and picks it up when it is whole', () => {
    const path = join(temporaryDirectory(), 'events.ndjson');
    const line = `${JSON.stringify(log('later'))}\n`;
    writeFileSync(path, `${JSON.stringify(log('whole'))}\n${line.slice(0, 20)}`);
    const { events, offset } = readEvents(path);
    expect(events).toEqual([log('whole')]);
    appendFileSync(path, line.slice(20));
    expect(readEvents(path, offset).events).toEqual([log('later')]);
  });

  it('goes back to the offset it is given', () => {
    const path = join(temporaryDirectory(), 'events.ndjson');
    const before = new EventLog(nodeFileSystem, path, 0);
    before.append(log('kept'));
    const { offset } = before;
    before.append(log('dropped'));
    before.close();
    const after = new EventLog(nodeFileSystem, path, offset);
    after.append(log('new'));
    after.close();
    expect(readEvents(path).events).toEqual([log('kept'), log('new')]);
  });

  it('refuses a log that is shorter than the checkpoint says', () => {
    const path = join(temporaryDirectory(), 'events.ndjson');
    writeFileSync(path, 'short');
    expect(() => new EventLog(nodeFileSystem, path, 6)).toThrow(CheckpointError);
  });

  it('takes back the part of a line that a full disk let through', () => {
    const path = join(temporaryDirectory(), 'events.ndjson');
    let isFull = false;
    const events = new EventLog(
      failingFileSystem('ENOSPC', (operation) => isFull && operation === 'write'),
      path,
      0,
    );
    events.append(log('whole'));
    isFull = true;
    expect(() => events.append(log('does not fit'))).toThrow(StorageError);
    isFull = false;
    events.append(log('after'));
    expect(readFileSync(path, 'utf8')).toBe(`${JSON.stringify(log('whole'))}\n${JSON.stringify(log('after'))}\n`);
  });

  it('writes numbers that JSON does not have by name', () => {
    expect(metricValues({ a: NaN, b: Infinity, c: -Infinity, d: 0.1 })).toEqual({ a: 'NaN', b: 'Infinity', c: '-Infinity', d: 0.1 });
  });
});
