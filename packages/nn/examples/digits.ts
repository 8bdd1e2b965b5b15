import { evaluate, jit, random, tensor, type Tensor, valueAndGrad } from '@sardonyx/tensor';
import * as nn from '@sardonyx/nn';
import { adamW } from '@sardonyx/optim';

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

const optimizer = adamW({ learningRate: 1e-2 });
const step = jit(
  ({ params, state }: { params: Params; state: ReturnType<typeof optimizer.init<Params>> }, tokens: Tensor, labels: Tensor) => {
    const [value, gradients] = valueAndGrad(loss)(params, tokens, labels);
    const [nextParams, nextState] = optimizer.update(gradients, state, params);
    return { value, next: { params: nextParams, state: nextState } };
  },
  { donate: [0] },
);

const params = init(random.key(1));
let training = await evaluate({ params, state: optimizer.init(params) });
const digits = Int32Array.from({ length: 17 }, (_, i) => (i * i) % 10);
const tokens = tensor(digits.slice(0, 16), [1, 16]);
const labels = tensor(digits.slice(1), [1, 16]);
for (let i = 0; i < 60; i++) {
  const { value, next } = step(training, tokens, labels);
  training = next;
  if (i % 20 === 0) console.log(i, await value.item());
}
console.log(nn.countParameters(training.params), 'parameters');
