import { createTrainer } from '@sardonyx/looped-transformers/training';
import { RandomStream } from '@sardonyx/data';
import * as T from '@sardonyx/looped-transformers/training';
const task = T.pHop({ length: 32, hops: 4, supervise: 'dense', sampler: 'uniform', heldOut: 0 });
for (const [k, L] of [
  [1, 5],
  [1, 1],
]) {
  const t = await createTrainer(
    {
      layers: k,
      loops: L,
      width: 64,
      heads: 4,
      hidden: 256,
      vocabulary: 4,
      length: 32,
      positions: 'learned',
      inject: 'none',
      activation: 'relu',
    },
    { steps: 300, learningRate: 0.003, warmupSteps: 100, clipNorm: 1 },
    0,
  );
  const s = new RandomStream(0, 'x');
  let r;
  const draw = () => task.batch(Array.from({ length: 32 }, () => task.draw(s)));
  for (let i = 0; i < 20; i++) r = await t.step(draw());
  let t0 = performance.now();
  for (let i = 0; i < 100; i++) draw();
  console.log('draw', (performance.now() - t0) / 100);
  t0 = performance.now();
  for (let i = 0; i < 100; i++) r = await t.step(draw());
  console.log(k, L, r, (performance.now() - t0) / 100, 'ms/step');
  t.dispose();
}
