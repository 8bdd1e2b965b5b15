import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BadInputError, Interrupted } from '@sardonyx/study';
import { toArrays } from '@sardonyx/tensor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadModel } from '../src/model/model-file.js';
import { runCommand, runForRecords } from './run-command.js';

const root = mkdtempSync(join(tmpdir(), 'stacking-command-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (name: string): string => join(root, name);

const [config, whole] = [at('config.json'), at('whole.json')];
beforeAll(() => {
  const training = { steps: 30, batchSize: 4, learningRate: 0.003 };
  const settings = {
    model: { layers: 4, loops: 2, width: 16, heads: 2, positions: 'learned', activation: 'relu' },
    data: { task: 'p-hop', parameters: { length: 12, hops: 2, supervise: 'dense' } },
    evaluation: { every: 3, examples: 8, measure: 'dense' },
  };
  writeFileSync(config, JSON.stringify({ ...settings, training: { ...training, stacking: { blockSize: 1 } } }));
  writeFileSync(whole, JSON.stringify({ ...settings, training }));
});

const weights = (run: string): Buffer => readFileSync(join(run, 'model', 'model.safetensors'));
/** Trains into a folder; gives its log. */
async function trained(name: string, set: readonly string[] = [], command = 'train'): Promise<string> {
  await runCommand(command, [config], { folder: at(name), set });
  return readFileSync(join(at(name), 'events.ndjson'), 'utf8');
}

describe('training.stacking', () => {
  test('trains a model that grows stage by stage to all its layers', async () => {
    const log = await trained('whole');
    // 30 steps in proportions of 1 : 2 : 3 : 4.
    expect(log.match(/\d layers from step \d+ on/g)).toEqual([
      '2 layers from step 3 on',
      '3 layers from step 9 on',
      '4 layers from step 18 on',
    ]);
    const { config: model, step } = await loadModel(join(at('whole'), 'model'));
    expect([model.layers, model.loops, step]).toEqual([4, 2, 30]);
    const equal = await trained('equal', ['training.stacking={"blockSize":2,"exponent":0}']);
    expect(equal.match(/\d layers from step \d+ on/g)).toEqual(['4 layers from step 15 on']);
    expect(weights(at('equal'))).not.toEqual(weights(at('whole')));
  });

  test('adds copies of layers that were there', async () => {
    const difference = async (name: string): Promise<number> => {
      const { block } = (await loadModel(join(at(name), 'model'))).params;
      const [first, last] = await Promise.all([block[0], block[3]].map((layer) => toArrays(layer)));
      const differences = Object.entries(first!).map(([path, { data }]) =>
        Math.max(...Array.from(data as Float32Array, (x, i) => Math.abs(x - Number(last![path]!.data[i])))),
      );
      return Math.max(...differences);
    };
    // With hardly any learning all layers stay what the first was at the beginning.
    const still = 'training.learningRate=1e-12';
    await trained('copies', [still]);
    expect(await difference('copies')).toBeLessThan(1e-9);
    await trained('drawn', [still, 'training.stacking={"blockSize":4}']);
    expect(await difference('drawn')).toBeGreaterThan(0.01);
  });

  test('is priced stage by stage, each with its own layers', async () => {
    const priced = async (file: string, set: readonly string[], command = 'train') => {
      const [record] = await runForRecords(command, [file], { estimate: true, set });
      return record!['cost'] as Record<string, number>;
    };
    const [one, two, three, four] = await Promise.all([1, 2, 3, 4].map((layers) => priced(whole, [`model.layers=${layers}`])));
    const stacked = await priced(config, []);
    // Of the 30 steps, 3, 6, 9 and 12 have one layer to four.
    const flops = (3 * one!['flops']! + 6 * two!['flops']! + 9 * three!['flops']! + 12 * four!['flops']!) / 30;
    expect(stacked['flops']).toBeCloseTo(flops, 3);
    expect(stacked['seconds']! / four!['seconds']!).toBeCloseTo(flops / four!['flops']!, 10);
    // What the last stage needs at once, the whole training needs.
    const { parameters, tokens, memoryBytes } = four!;
    expect(stacked).toMatchObject({ parameters, tokens, memoryBytes });
    expect(await priced(config, ['training.stacking={"blockSize":4}'])).toEqual(four);
    // The baselines (2⊗1) and (4⊗1) of (2⊗2) grow too.
    const set = ['model.layers=2', 'training.stacking={"blockSize":1,"exponent":0}'];
    const each = await Promise.all(
      [
        [2, 2],
        [2, 1],
        [4, 1],
      ].map(([layers, loops]) => priced(config, [...set, `model.layers=${layers}`, `model.loops=${loops}`])),
    );
    const compared = await priced(config, set, 'compare');
    expect(compared['flops']).toBeCloseTo(
      each.reduce((sum, cost) => sum + cost['flops']!, 0),
      3,
    );
  });

  test.each([
    ['within a stage', /3 layers from step 9 on/],
    ['between two stages', /"step":9,.*accuracy/],
    ['before it has grown', /"step":0,.*loss/],
  ])('goes on to the same bits where it was interrupted %s', async (name, line) => {
    const folder = at(`interrupted ${name}`);
    const attempt = runCommand('train', [config], { folder }, true, (text, interrupt) => {
      if (line.test(text)) interrupt();
    });
    await expect(attempt).rejects.toThrow(Interrupted);
    expect(existsSync(join(folder, 'model'))).toBe(false);
    await runCommand('train', [], { resume: folder });
    expect(weights(folder)).toEqual(weights(at('whole')));
  });

  test('grows the baselines of a comparison as well', async () => {
    await trained('compared', ['model.layers=2', 'training.steps=10'], 'compare');
    const shapes = await Promise.all(['2x2', '2x1', '4x1'].map((shape) => loadModel(join(at('compared'), `model-${shape}`))));
    expect(shapes.map(({ params }) => params.block.length)).toEqual([2, 2, 4]);
  });

  test.each([
    [['training.stacking={"blockSize":3}'], /^training\.stacking: 4 layers cannot be cut in blocks of 3; choose a divisor of 4\.$/],
    [['training.steps=3'], /training\.stacking: 4 stages need as many steps at least, given 3/],
    [['model.tieBlocks=soft'], /training\.stacking: a model of softly tied blocks cannot grow by stacking;/],
    [['training.patience=2'], /training\.stacking: .*given training\.patience, which may stop before the last; leave one of them out\.$/],
    [['training.regularizer={"blockSize":2,"strength":1}'], /training\.stacking: .*given training\.regularizer, which compares layers/],
    [['training.optimizer={"name":"muon"}'], /training\.stacking: the optimizer's muon is no tree of the model's 1 layers;/],
    [['training.stacking={"blockSize":0}'], /training\.stacking\.blockSize: expected an integer of at least 1, given 0/],
    [['training.stacking={"blocks":1}'], /unknown field "blocks"; did you mean blockSize\?/],
  ])('is refused with %j before there is a folder', async (set, message) => {
    const error: unknown = await trained('refused', set).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(BadInputError);
    expect((error as Error).message).toMatch(message);
    expect(existsSync(at('refused'))).toBe(false);
  });
});
