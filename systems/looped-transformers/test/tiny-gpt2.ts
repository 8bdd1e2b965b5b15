import { decodeSafetensors, encodeSafetensors, RandomStream, type SafetensorsTensors } from '@sardonyx/data';

export const [depth, width, heads, vocabulary, positions] = [3, 8, 2, 11, 6];
export type Arrays = Record<string, { shape: number[]; data: Float32Array }>;

/** A small GPT-2 under Hugging Face's names, with matrices as its Conv1D stores them. */
export function gpt2(tokens = vocabulary): Arrays {
  const stream = new RandomStream(1, 'gpt2');
  const draw = (shape: number[], mean = 0, deviation = 0.4) => ({
    shape,
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => mean + deviation * stream.normal()),
  });
  const arrays: Arrays = { 'wte.weight': draw([tokens, width]), 'wpe.weight': draw([positions, width]) };
  const norm = (name: string) => Object.assign(arrays, { [`${name}.weight`]: draw([width], 1), [`${name}.bias`]: draw([width]) });
  const conv = (name: string, inputs: number, outputs: number) =>
    Object.assign(arrays, { [`${name}.weight`]: draw([inputs, outputs]), [`${name}.bias`]: draw([outputs]) });
  for (let i = 0; i < depth; i++) {
    norm(`h.${i}.ln_1`);
    conv(`h.${i}.attn.c_attn`, width, 3 * width);
    conv(`h.${i}.attn.c_proj`, width, width);
    norm(`h.${i}.ln_2`);
    conv(`h.${i}.mlp.c_fc`, width, 4 * width);
    conv(`h.${i}.mlp.c_proj`, 4 * width, width);
  }
  norm('ln_f');
  return arrays;
}

/** The bytes of a safetensors file. */
export function safetensors(arrays: Arrays, prefix = ''): Uint8Array {
  const tensors = Object.entries(arrays).map(([name, { shape, data }]) => [`${prefix}${name}`, { dtype: 'F32', shape, data }] as const);
  return encodeSafetensors(Object.fromEntries(tensors));
}

/** The tensors as a safetensors file gives them. */
export const file = (arrays: Arrays, prefix = ''): SafetensorsTensors => decodeSafetensors(safetensors(arrays, prefix)).tensors;
