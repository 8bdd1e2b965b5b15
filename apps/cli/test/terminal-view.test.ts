import { describe, expect, it, vi } from 'vitest';
import { chooseRunView } from '../src/choose-run-view.js';
import { type OutputStream, styled } from '../src/output.js';

/** A stream that remembers what was written, as wide as told. */
function recorder(isTTY: boolean): OutputStream & { text: string } {
  return Object.assign(
    { isTTY, columns: 60, text: '', cursorTo: () => true, clearLine: () => true, moveCursor: () => true, on: () => undefined },
    {
      write(this: { text: string }, chunk: string) {
        this.text += chunk;
        return true;
      },
    },
  );
}

const introduction = { directory: '/tmp/run', id: 'demo/walk', preset: 'quick', seed: 1, params: {} };

describe('the view of a run', () => {
  it('on a terminal is a bar with the latest metrics and the time left', () => {
    vi.useFakeTimers();
    const [stdout, stderr] = [recorder(true), recorder(true)];
    const view = chooseRunView({ stdout, stderr }, false);
    view.begin(introduction);
    view.event({ type: 'metric', step: 0, values: { loss: 0.123456 } });
    for (let done = 1; done <= 50; done++) {
      view.event({ type: 'progress', done, total: 100, label: 'training' });
      vi.advanceTimersByTime(200);
    }
    view.event({ type: 'log', text: 'half way' });
    vi.advanceTimersByTime(200);
    view.end({ directory: '/tmp/run', id: 'demo/walk', status: 'interrupted', metrics: {}, expect: [] });
    vi.useRealTimers();
    expect(stderr.text).toContain('━━━━━━━━━━━━────────────'.slice(0, 14));
    expect(stderr.text).toMatch(/50%.*50\/100.* 10 s left {2}training {2}loss 0\.1235/);
    expect(stderr.text).toContain('half way');
    expect(stderr.text).toContain('Go on with: sardonyx resume /tmp/run');
  });

  it('elsewhere is plain lines', () => {
    const [stdout, stderr] = [recorder(false), recorder(false)];
    const view = chooseRunView({ stdout, stderr }, false);
    view.begin(introduction);
    for (let done = 1; done <= 50; done++) view.event({ type: 'progress', done, total: 100 });
    view.event({ type: 'log', text: 'half way' });
    expect(stderr.text).toMatch(/^\S+Z {2}demo\/walk.*\n\S+Z {2}half way\n$/);
    expect(stdout.text).toBe('');
  });

  it('is coloured only on a terminal that wants it', () => {
    vi.stubEnv('NO_COLOR', '');
    vi.stubEnv('TERM', 'xterm');
    expect(styled(recorder(true), 'red', 'x')).toBe('\u001b[31mx\u001b[39m');
    expect(styled(recorder(false), 'red', 'x')).toBe('x');
    vi.stubEnv('NO_COLOR', '1');
    expect(styled(recorder(true), 'red', 'x')).toBe('x');
    vi.unstubAllEnvs();
  });
});
