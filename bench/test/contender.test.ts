import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Contender, serveContender } from '../src/contender.js';
import { UnsupportedCaseError } from '../src/unsupported-case.js';

const caseSchema = z.strictObject({ start: z.number() });

/** Counts down from `start`; its loss is what is left. */
function countdown(disposed: number[] = []): Contender<z.infer<typeof caseSchema>> {
  return {
    name: 'countdown',
    versions: { countdown: '1' },
    parseCase: (value) => caseSchema.parse(value),
    prepare({ start }) {
      if (start < 0) throw new UnsupportedCaseError('nothing to count');
      let left = start;
      return {
        step: async () => (left === 0 ? Number.NaN : left--),
        inspect: () => ({ left }),
        dispose: () => void disposed.push(start),
        note: 'counting',
      };
    },
  };
}

function converse<Case>(contender: Contender<Case>) {
  const input = new PassThrough();
  const output = new PassThrough();
  const done = serveContender(contender, { input, output });
  const replies = createInterface({ input: output })[Symbol.asyncIterator]();
  const receive = async (): Promise<unknown> => JSON.parse(String((await replies.next()).value));
  const ask = async (line: string): Promise<unknown> => {
    input.write(`${line}\n`);
    return await receive();
  };
  return { input, done, receive, ask };
}

describe('serveContender', () => {
  it('greets, prepares, runs, shows and quits', async () => {
    const disposed: number[] = [];
    const { ask, receive, input, done } = converse(countdown(disposed));
    expect(await receive()).toEqual({ hello: { name: 'countdown', versions: { countdown: '1' } } });
    expect(await ask('{"prepare":{"start":9}}')).toEqual({
      ready: true,
      compileSeconds: expect.any(Number),
      restingRssBytes: expect.any(Number),
      note: 'counting',
    });
    const measurement = await ask('{"run":{"iterations":3,"warmup":2}}');
    expect(measurement).toEqual({ secondsPerIteration: expect.any(Array), loss: 5, rssBytes: expect.any(Number) });
    expect(
      z.object({ secondsPerIteration: z.array(z.number()), rssBytes: z.number().min(2 ** 20) }).parse(measurement).secondsPerIteration,
    ).toHaveLength(3);
    expect(await ask('{"inspect":true}')).toEqual({ values: { left: 4 } });
    expect(await ask('{"prepare":{"start":2}}')).toMatchObject({ ready: true });
    expect(disposed).toEqual([9]);
    input.write('{"quit":true}\n');
    await done;
    expect(disposed).toEqual([9, 2]);
  });

  it('ends when its input ends', async () => {
    const { input, done } = converse(countdown());
    input.end();
    await once(input, 'close');
    await expect(done).resolves.toBeUndefined();
  });

  it('answers an error where there is one, and goes on', async () => {
    const { ask, receive, input, done } = converse(countdown());
    await receive();
    expect(await ask('{"run":{"iterations":1,"warmup":0}}')).toEqual({
      error: expect.stringContaining('expected a case to be prepared first'),
    });
    expect(await ask('{"prepare":{"start":"x"}}')).toEqual({ error: expect.stringContaining('start') });
    expect(await ask('{"prepare":{"start":-1}}')).toEqual({ unsupported: 'nothing to count' });
    expect(await ask('not json')).toEqual({ error: expect.any(String) });
    expect(await ask('{"run":{"iterations":0,"warmup":0}}')).toEqual({ error: expect.any(String) });
    await ask('{"prepare":{"start":1}}');
    expect(await ask('{"run":{"iterations":2,"warmup":0}}')).toEqual({ error: 'loss is not finite: NaN' });
    expect(await ask('{"inspect":true}')).toEqual({ values: { left: 0 } });
    input.end();
    await done;
  });
});
