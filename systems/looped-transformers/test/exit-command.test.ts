import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ByteTokenizer } from '@sardonyx/data/tokenizers';
import { evaluate, random, treeMap } from '@sardonyx/tensor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { saveModel } from '../src/model/model-file.js';
import { initLoopedTransformer, type LoopedTransformerConfig, loopLogits, loopStates } from '../src/model/model.js';
import { taskNamed } from '../src/tasks/registry.js';
import { problemStream } from '../src/tasks/task.js';
import { expectRefusal, runCommand, runForRecords } from './run-command.js';

const root = mkdtempSync(join(tmpdir(), 'exit-command-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const task = taskNamed('p-hop', { length: 12, hops: 2 });
const config: LoopedTransformerConfig = {
  layers: 1,
  loops: 5,
  width: 16,
  heads: 2,
  hidden: 24,
  vocabulary: task.vocabulary.length,
  length: task.length,
  positions: 'learned',
  inject: 'add',
  activation: 'relu',
  loopNorm: true,
  exitGate: true,
};

/** Random weights far from those of a beginning, so that sequences differ in how soon they settle. */
function drawn(of: LoopedTransformerConfig) {
  let leaf = 0;
  return evaluate(
    treeMap((x) => x.add(random.normal(random.key(90 + leaf++), x.shape, { std: 0.4 })), initLoopedTransformer(random.key(2), of)),
  );
}
const params = await drawn(config);
const model = join(root, 'model');
beforeAll(() =>
  saveModel(model, {
    config,
    params,
    vocabulary: task.vocabulary,
    task: { name: 'p-hop', parameters: { length: 12, hops: 2 } },
  }),
);

const examples = 10;
const asked = { examples, problemSeed: 3, batchSize: 4 };

/** Of every problem and loop: how far the state of the last position moved, and whether the answer read there is right. */
async function settling(): Promise<{ readonly change: number; readonly right: boolean }[][]> {
  const stream = problemStream(task, 'test', 3);
  const rows = Array.from({ length: examples }, () => task.draw(stream, 'test'));
  return Promise.all(
    rows.map(async (problem) => {
      const { tokens, targets } = task.batch([problem]);
      const target = (await targets.data())[task.length - 1]!;
      const last = (values: ArrayLike<number>, width: number): number[] => Array.from(values).slice(-width);
      const states = await Promise.all(
        loopStates(params, tokens, config).map(async (x) => last((await x.data()) as Float32Array, config.width)),
      );
      const logits = await Promise.all(
        loopLogits(params, tokens, config).map(async (x) => last((await x.data()) as Float32Array, config.vocabulary)),
      );
      return logits.map((row, t) => ({
        change: Math.hypot(...states[t + 1]!.map((x, d) => x - states[t]![d]!)) / Math.hypot(...states[t + 1]!),
        right: row.indexOf(Math.max(...row)) === Number(target),
      }));
    }),
  );
}

describe('eval --exit', () => {
  test('judges every sequence where it left, by the positions that count', async () => {
    const all = await settling();
    const changes = all.map((loops) => loops[1]!.change).sort((a, b) => a - b);
    // Between two problems after the second loop, so that some leave there and some go on.
    const below = (changes[4]! + changes[5]!) / 2;
    const left = all.map((loops) => {
      const first = loops.findIndex(({ change }) => change < below);
      return first < 0 ? config.loops - 1 : first;
    });
    expect(new Set(left).size).toBeGreaterThan(1);
    const sequences = Array.from({ length: 5 }, (_, loop) => left.filter((at) => at === loop).length);
    const [record] = await runForRecords('eval', [model], { ...asked, exit: 'state-change', exitBelow: below });
    expect(record).toMatchObject({ maximum: 5, sequences });
    expect(record!['loops']).toBeCloseTo(left.reduce((sum, at) => sum + at + 1, 0) / examples, 12);
    expect(record!['exact']).toBeCloseTo((100 * left.filter((at, i) => all[i]![at]!.right).length) / examples, 10);
    const lines = await runCommand('eval', [model], { ...asked, exit: 'state-change', exitBelow: below });
    expect(lines[1]).toBe(`early exit: state-change below ${below}, at most 5 loops`);
    const rows = lines.slice(lines.indexOf('left after  sequences') + 1).map((line) => line.trim().split(/\s+/).slice(0, 2).map(Number));
    expect(rows).toEqual(sequences.flatMap((count, loop) => (count > 0 ? [[loop + 1, count]] : [])));
  });

  test('is the same as a number of loops where nothing leaves before, or everything at once', async () => {
    const plain = await runForRecords('eval', [model], { ...asked, loops: [1, 2, 3] });
    const exits = async (flags: object) => (await runForRecords('eval', [model], { ...asked, ...flags }))[0]!;
    for (const [record, loops] of [
      [await exits({ exit: 'state-change', exitBelow: 0, loops: [3] }), 3],
      [await exits({ exit: 'state-change', exitBelow: 1e9 }), 1],
      [await exits({ exit: 'divergence', exitBelow: 1e9 }), 2],
      [await exits({ exit: 'gate', exitThreshold: 1e-6 }), 1],
    ] as const) {
      expect(record['loops']).toBe(loops);
      const { exact, dense, last, loss } = plain[loops - 1]!;
      expect(record).toMatchObject({ exact, dense, last });
      // The same sums, compiled loop by loop instead of whole: float32 in another order.
      expect(record['loss']).toBeCloseTo(Number(loss), 4);
    }
  });

  test('counts the sequences of a text, and no rows that only fill a batch', async () => {
    const text = { ...config, vocabulary: 256, length: 8 };
    const language = join(root, 'language');
    await saveModel(language, { config: text, params: await drawn(text), tokenizer: new ByteTokenizer().describe() });
    const file = join(root, 'text.txt');
    // 43 bytes: 42 targets in 6 sequences of 8, in batches of 4.
    writeFileSync(file, 'the quick brown fox jumps over the lazy dog');
    const [record] = await runForRecords('eval', [language], { text: file, batchSize: 4, exit: 'gate' });
    expect((record!['sequences'] as number[]).reduce((a, b) => a + b)).toBe(6);
    expect(record!['perplexity']).toBeGreaterThan(1);
  });

  test('refuses flags that contradict each other or the model, before anything is computed', async () => {
    const { exitGate: _, ...gateless } = config;
    const without = join(root, 'without');
    await saveModel(without, { config: gateless, params: await drawn(gateless), vocabulary: task.vocabulary });
    for (const [flags, message] of [
      [{ exit: 'state-change' }, /--exit state-change: expected a bound, given none; add one, such as --exit-below 0\.01\.$/],
      [{ exit: 'gate', exitBelow: 0.1 }, /--exit-below belongs to --exit state-change or divergence, given with --exit gate;/],
      [{ exit: 'divergence', exitBelow: 0.1, exitThreshold: 0.5 }, /--exit-threshold belongs to --exit gate, given with --exit divergence/],
      [{ exitBelow: 0.1 }, /--exit-below belongs to .*, given with no --exit; leave it out, or change the rule\.$/],
      [{ exit: 'gate', loops: [2, 4] }, /--loops is the most that a sequence may take: expected one number, given 2,4; give one\.$/],
      [{ exit: 'gates' }, /gates/],
      [{ exit: 'gate', exitThreshold: 0 }, /threshold/i],
      [{ exit: 'state-change', exitBelow: -1 }, /below/i],
    ] as const) {
      await expectRefusal(runCommand('eval', [model], { ...asked, ...flags }), message);
    }
    await expectRefusal(runCommand('eval', [without], { exit: 'gate' }), /expected a model with an exit gate .*, given one without/);
  });
});

describe('training.exitGate', () => {
  const settings = {
    model: { layers: 1, loops: 3, width: 16, heads: 2, positions: 'learned', activation: 'relu', exitGate: true },
    data: { task: 'p-hop', parameters: { length: 12, hops: 2, supervise: 'dense' } },
    evaluation: { every: 40, examples: 8, measure: 'dense' },
  };
  /** Trains so; gives the folder. */
  async function trained(name: string, options: object): Promise<string> {
    const [file, folder] = [join(root, `${name}.json`), join(root, name)];
    const training = { steps: 40, batchSize: 8, learningRate: 0.01, ...options };
    writeFileSync(file, JSON.stringify({ ...settings, training }));
    await runCommand('train', [file], { folder });
    return folder;
  }
  /** Mean loops of a model that was trained so, by its gate. */
  async function meanLoops(name: string, exitGate?: object): Promise<number> {
    const folder = await trained(name, { ...(exitGate && { exitGate }) });
    const [record] = await runForRecords('eval', [join(folder, 'model')], { exit: 'gate', examples: 64 });
    return Number(record!['loops']);
  }

  test('trains when to leave: at once where entropy is worth nothing, later where it is', async () => {
    // All loops read out much alike after so few steps; only the entropy, at its largest with thirds, tells them apart.
    const spread = await meanLoops('spread', { entropy: 10 });
    // Half of the probability has left after the second of three even loops.
    expect(spread).toBeCloseTo(2, 1);
    expect(await meanLoops('free', { entropy: 0 })).toBe(1);
  });

  test.each([1, 2])('reports the expected cross-entropy as the loss and the entropy apart, in %i parts of a batch', async (accumulate) => {
    /** Of the first step, which all these models take from the same weights. */
    const first = async (entropy: number) => {
      const folder = await trained(`reported-${entropy}-${accumulate}`, { steps: 1, accumulate, exitGate: { entropy } });
      const events = readFileSync(join(folder, 'events.ndjson'), 'utf8');
      const figure = (name: string): number => Number(new RegExp(`"${name} \\(1⊗3\\)":([^,}]+)`).exec(events)?.[1]);
      return { loss: figure('loss \\(nats\\)'), penalty: figure('penalty') };
    };
    const [free, one, ten] = [await first(0), await first(1), await first(10)];
    // Before anything is learned letters are guessed: four as likely, and some of the rest of the vocabulary.
    expect(free.loss).toBeGreaterThan(1);
    expect(free.penalty).toBeCloseTo(0, 12);
    // The sum is taken apart again, in float32: to seven digits of it.
    for (const { loss } of [one, ten]) expect(loss).toBeCloseTo(free.loss, 5);
    // A gate begins near λ = ½, and leaves with ½, ¼ and ¼: an entropy of 1.5·ln 2, which rounding and its first weights move.
    expect(one.penalty).toBeCloseTo(-1.5 * Math.LN2, 1);
    expect(ten.penalty / one.penalty).toBeCloseTo(10, 4);
  });

  test('is refused for a model without a gate', async () => {
    const file = join(root, 'gateless.json');
    const training = { steps: 4, batchSize: 8, learningRate: 0.01, exitGate: { entropy: 0.1 } };
    writeFileSync(file, JSON.stringify({ ...settings, model: { ...settings.model, exitGate: false }, training }));
    const folder = join(root, 'gateless');
    await expectRefusal(
      runCommand('train', [file], { folder }),
      /training\.exitGate: expected model\.exitGate=true, given a model without a gate;/,
    );
  });
});
