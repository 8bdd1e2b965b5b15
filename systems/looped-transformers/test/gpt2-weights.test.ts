import { float32ToFloat16 } from '@sardonyx/data';
import { tensor } from '@sardonyx/tensor';
import { describe, expect, test } from 'vitest';
import { importGpt2 } from '../src/model/gpt2-weights.js';
import { loopedTransformer } from '../src/model/model.js';
import { ModelError } from '../src/model/model-error.js';
import { type Arrays, file, gpt2, heads, positions, vocabulary, width } from './tiny-gpt2.js';

/** GPT-2's forward pass in plain loops (float64), the layers in the order given: logits [length][vocabulary]. */
function reference(arrays: Arrays, tokens: readonly number[], order: readonly number[], gelu: (x: number) => number): number[][] {
  const of = (name: string) => arrays[name]!.data;
  const norm = (name: string, x: number[]) => {
    const mean = x.reduce((a, b) => a + b) / width;
    const root = Math.sqrt(x.reduce((a, v) => a + (v - mean) ** 2, 0) / width + 1e-5);
    return x.map((v, d) => ((v - mean) / root) * of(`${name}.weight`)[d]! + of(`${name}.bias`)[d]!);
  };
  const conv = (name: string, x: number[]) => {
    const outputs = arrays[`${name}.bias`]!.shape[0]!;
    return Array.from({ length: outputs }, (_, o) =>
      x.reduce((a, v, i) => a + v * of(`${name}.weight`)[i * outputs + o]!, of(`${name}.bias`)[o]!),
    );
  };
  let rows = tokens.map((token, i) =>
    Array.from({ length: width }, (_, d) => of('wte.weight')[token * width + d]! + of('wpe.weight')[i * width + d]!),
  );
  for (const layer of order) {
    const qkv = rows.map((x) => conv(`h.${layer}.attn.c_attn`, norm(`h.${layer}.ln_1`, x)));
    rows = rows.map((x, i) => {
      const heard = Array.from({ length: width }, (_, d) => {
        const [head, size] = [Math.floor(d / (width / heads)), width / heads];
        const scores = qkv.slice(0, i + 1).map((other) => {
          let s = 0;
          for (let e = head * size; e < (head + 1) * size; e++) s += qkv[i]![e]! * other[width + e]!;
          return Math.exp(s / Math.sqrt(size));
        });
        const total = scores.reduce((a, b) => a + b);
        return scores.reduce((a, s, j) => a + (s / total) * qkv[j]![2 * width + d]!, 0);
      });
      const projected = conv(`h.${layer}.attn.c_proj`, heard);
      return x.map((v, d) => v + projected[d]!);
    });
    rows = rows.map((x) => {
      const change = conv(`h.${layer}.mlp.c_proj`, conv(`h.${layer}.mlp.c_fc`, norm(`h.${layer}.ln_2`, x)).map(gelu));
      return x.map((v, d) => v + change[d]!);
    });
  }
  return rows.map((x) => {
    const last = norm('ln_f', x);
    return Array.from({ length: vocabulary }, (_, token) => last.reduce((a, v, d) => a + v * of('wte.weight')[token * width + d]!, 0));
  });
}

const geluTanh = (x: number) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
const tokens = [3, 1, 4, 1, 5];

async function expectLogits(model: ReturnType<typeof importGpt2>, expected: number[][], digits = 4): Promise<void> {
  const logits = await loopedTransformer(model.params, tensor(Int32Array.from(tokens), [1, 5]), model.config).data();
  // float32 logits around 3 of a few layers.
  expected.flat().forEach((x, i) => expect(logits[i]).toBeCloseTo(x, digits));
}

/** The same weights as nanoGPT's linear layers store them. */
function asLinear(arrays: Arrays): Arrays {
  const isMatrix = (name: string) => /c_(attn|proj|fc)\.weight$/.test(name);
  return Object.fromEntries(
    Object.entries(arrays).map(([name, { shape, data }]) => {
      if (!isMatrix(name)) return [name, { shape, data }];
      const [inputs, outputs] = shape as [number, number];
      return [
        name,
        { shape: [outputs, inputs], data: Float32Array.from(data, (_, i) => data[(i % inputs) * outputs + Math.floor(i / inputs)]!) },
      ];
    }),
  );
}

describe('weights of GPT-2', () => {
  test.each(['', 'transformer.'])('under the prefix "%s" give its logits', async (prefix) => {
    const arrays = gpt2();
    const masks = {
      'h.0.attn.bias': { shape: [1, 1, 2, 2], data: new Float32Array(4) },
      'h.0.attn.masked_bias': { shape: [1], data: new Float32Array(1) },
    };
    const model = importGpt2(file({ ...arrays, ...masks }, prefix), { heads });
    expect(model.config).toMatchObject({
      layers: 3,
      loops: 1,
      width,
      heads,
      hidden: 32,
      vocabulary,
      length: positions,
      tiedHead: true,
      activation: 'geluTanh',
    });
    await expectLogits(model, reference(arrays, tokens, [0, 1, 2], geluTanh));
  });

  test('loop their middle layers', async () => {
    const arrays = gpt2();
    const model = importGpt2(file(arrays), { heads, loops: 3, prelude: 1, coda: 1 });
    expect(model.config).toMatchObject({ prelude: 1, layers: 1, loops: 3, coda: 1 });
    await expectLogits(model, reference(arrays, tokens, [0, 1, 1, 1, 2], geluTanh));
  });

  test('of nanoGPT are transposed, with its activation, a tied head of its own and compiled names', async () => {
    const arrays = gpt2();
    const tied = { ...asLinear(arrays), 'lm_head.weight': arrays['wte.weight']! };
    const prefixed = Object.fromEntries(
      Object.entries(tied).map(([name, array]) => [name === 'lm_head.weight' ? name : `transformer.${name}`, array]),
    );
    const model = importGpt2(file(prefixed, '_orig_mod.'), { heads, activation: 'geluTanh' });
    expect(model.config.tiedHead).toBe(true);
    await expectLogits(model, reference(arrays, tokens, [0, 1, 2], geluTanh));
    expect(importGpt2(file(prefixed), { heads }).config.activation).toBe('gelu');
  });

  test('without biases, and with a head of its own', async () => {
    const arrays = gpt2();
    for (const name of Object.keys(arrays)) if (name.endsWith('.bias')) arrays[name]!.data.fill(0);
    const plain = Object.fromEntries(Object.entries(asLinear(arrays)).filter(([name]) => !name.endsWith('.bias')));
    const model = importGpt2(file(plain), { heads, activation: 'geluTanh' });
    expect(model.config).toMatchObject({ attentionBias: false, mlpBias: 'none' });
    await expectLogits(model, reference(arrays, tokens, [0, 1, 2], geluTanh));
    const doubled = { ...plain, 'lm_head.weight': { shape: [vocabulary, width], data: arrays['wte.weight']!.data.map((x) => 2 * x) } };
    const untied = importGpt2(file(doubled), { heads, activation: 'geluTanh' });
    expect(untied.config.tiedHead).toBe(false);
    await expectLogits(
      untied,
      reference(arrays, tokens, [0, 1, 2], geluTanh).map((row) => row.map((x) => 2 * x)),
    );
  });

  test('in 16 bits are widened', async () => {
    const arrays = gpt2();
    const half = Object.entries(arrays).map(
      ([name, { shape, data }]) => [name, { dtype: 'F16', shape, data: float32ToFloat16(data) }] as const,
    );
    const model = importGpt2(Object.fromEntries(half), { heads });
    // Weights are rounded to 11 bits.
    await expectLogits(model, reference(arrays, tokens, [0, 1, 2], geluTanh), 1);
  });

  test('are refused with everything that is wrong', () => {
    const arrays = gpt2();
    const { 'h.1.ln_2.bias': _, 'ln_f.weight': __, ...broken } = arrays;
    const wrong = {
      ...broken,
      'h.2.mlp.c_proj.weight': { shape: [8, 32], data: new Float32Array(256) },
      'h.0.rotary': { shape: [1], data: new Float32Array(1) },
    };
    const attempt =
      (given: Arrays, options = { heads }) =>
      () =>
        importGpt2(file(given), options);
    expect(attempt(wrong)).toThrow(
      /h\.1\.ln_2\.bias is missing; h\.2\.mlp\.c_proj\.weight is \[8, 32\], expected \[32, 8\]; ln_f\.weight is missing; h\.0\.rotary is unknown/,
    );
    expect(attempt({ weight: arrays['wte.weight']! })).toThrow(/expected wte\.weight.*given weight/);
    expect(attempt(arrays, { heads: 3 })).toThrow(/width 8 is not divisible by 3 heads/);
    expect(() => importGpt2(file(arrays), { heads, prelude: 2, coda: 1 })).toThrow(/2 layers before and 1 after the loop leave 0 of 3/);
    expect(attempt(wrong)).toThrow(ModelError);
  });
});
