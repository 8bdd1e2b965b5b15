import { jit, random, tensor, type Tensor, treeMap, valueAndGrad } from '@sardonyx/tensor';
import * as nn from '@sardonyx/nn';

// A character model in small: embedding, two blocks, logits.
const sizes = { width: 32, heads: 4 };
const rotary = nn.rotaryTables(16, 8); // positions, width of a head

const init = jit((key: Tensor) => ({
  embedding: nn.initEmbedding(random.foldIn(key, 0), { entries: 10, width: 32 }),
  blocks: [1, 2].map((i) => nn.initTransformerBlock(random.foldIn(key, i), sizes, { norm: 'rms' })),
  norm: nn.initRmsNorm(32),
  logits: nn.initLinear(random.foldIn(key, 3), { inputs: 32, outputs: 10 }, { bias: false }),
}));
type Params = ReturnType<typeof init>;

function loss(params: Params, tokens: Tensor, labels: Tensor) {
  let x = nn.embedding(params.embedding, tokens);
  for (const block of params.blocks) {
    x = nn.transformerBlock(block, x, { heads: 4, norm: 'rms', causal: true, rotary });
  }
  return nn.crossEntropy(nn.linear(params.logits, nn.rmsNorm(params.norm, x)), labels);
}

// Plain gradient descent, compiled with the gradient into one run; see @sardonyx/optim for more.
const step = jit(
  (params: Params, tokens: Tensor, labels: Tensor) => {
    const [value, gradients] = valueAndGrad(loss)(params, tokens, labels);
    return { value, next: treeMap((p, _, g) => p.sub(g!.mul(0.3)), params, gradients) };
  },
  { donate: [0] },
);

let params = init(random.key(1));
const digits = Int32Array.from({ length: 17 }, (_, i) => (i * i) % 10);
const tokens = tensor(digits.slice(0, 16), [1, 16]);
const labels = tensor(digits.slice(1), [1, 16]);
for (let i = 0; i < 60; i++) {
  const { value, next } = step(params, tokens, labels);
  params = next;
  if (i % 20 === 0) console.log(i, await value.item());
}
console.log(nn.countParameters(params), 'parameters');
