import { evaluate, jit, tensor, type Tensor, valueAndGrad } from '@sardonyx/tensor';
import { adamW, clipByGlobalNorm, schedules } from '@sardonyx/optim';

const optimizer = adamW({
  learningRate: schedules.warmUp(10, schedules.cosine(0.1, 190)),
  weightDecay: 0.01,
  weightDecayFor: (path) => !path.endsWith('bias'),
});

const x = tensor([[0], [1], [2], [3]]);
const y = tensor([[1], [3], [5], [7]]);
type Params = { weight: Tensor; bias: Tensor };
const loss = ({ weight, bias }: Params) => x.matmul(weight).add(bias).sub(y).square().mean();

const params: Params = { weight: tensor([[0]]), bias: tensor([0]) };
let training = await evaluate({ params, state: optimizer.init(params) });
const step = jit(
  ({ params, state }: typeof training) => {
    const [value, gradients] = valueAndGrad(loss)(params);
    const [clipped, norm] = clipByGlobalNorm(gradients, 1);
    const [nextParams, nextState] = optimizer.update(clipped, state, params);
    return { value, norm, next: { params: nextParams, state: nextState } };
  },
  { donate: [0] },
);
for (let i = 0; i < 200; i++) training = step(training).next;
console.log(await training.params.weight.item(), await training.params.bias.item()); // near 2 and 1
