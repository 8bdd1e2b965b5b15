// jax-js: every step one jitted function. Arguments are consumed; `.ref` keeps one alive.

import { projection } from '../dist/formula.js';
import { convolutionArrays, gptBatch, gptParameters, mlpBatch, mlpParameters, reluInput } from '../dist/training-parameters.js';
import { UnsupportedCaseError } from '../dist/unsupported-case.js';

/** The library's way to build a case, wherever it runs; `note` names its backend. */
export function casesOf(jax, note) {
  const { numpy: np, nn, lax, tree } = jax;

  const array = ({ values, shape }) => np.array(values).reshape([...shape]);
  const oneHot = (labels, shape, classes) => nn.oneHot(np.array(labels).reshape(shape), classes);
  const named = (parameters) => Object.fromEntries(parameters.map((parameter) => [parameter.name, array(parameter)]));

  const crossEntropy = (logits, targets, count) =>
    nn
      .logSoftmax(logits)
      .mul(targets)
      .sum()
      .mul(-1 / count);

  function mlpLoss(specification) {
    const last = specification.sizes.length - 2;
    return (p, x, targets) => {
      for (let layer = 0; layer <= last; layer++) {
        x = np.matmul(x, p[`layers.${layer}.weight`]).add(p[`layers.${layer}.bias`]);
        if (layer < last) x = nn.relu(x);
      }
      return crossEntropy(x, targets, specification.batch);
    };
  }

  function gptLoss({ batch, length, width, layers, heads, layerNormEpsilon }) {
    const norm = (x, gain, bias) => {
      const centered = x.ref.sub(np.mean(x, -1, { keepdims: true }));
      const variance = np.mean(np.square(centered.ref), -1, { keepdims: true });
      return centered
        .div(np.sqrt(variance.add(layerNormEpsilon)))
        .mul(gain)
        .add(bias);
    };
    return (p, tokens, targets) => {
      let x = np.matmul(tokens, p.tokenEmbedding).add(p.positionEmbedding);
      for (let number = 0; number < layers; number++) {
        const of = (name) => p[`layers.${number}.${name}`];
        const h = norm(x.ref, of('attentionNorm.gain'), of('attentionNorm.bias'));
        const [query, key, value] = ['query', 'key', 'value'].map((role) =>
          np
            .matmul(h.ref, of(`attention.${role}`))
            .reshape([batch, length, heads, width / heads])
            .transpose([0, 2, 1, 3]),
        );
        h.dispose();
        // Its own dotProductAttention needs iterator methods that Node has from version 22.
        const scores = np.matmul(query, key.transpose([0, 1, 3, 2])).mul(1 / Math.sqrt(width / heads));
        const weights = nn.softmax(np.where(np.tri(length).greater(0), scores, -1e9), -1);
        const mixed = np.matmul(weights, value).transpose([0, 2, 1, 3]).reshape([batch, length, width]);
        x = x.add(np.matmul(mixed, of('attention.output')));
        const inner = norm(x.ref, of('mlpNorm.gain'), of('mlpNorm.bias'));
        const expanded = nn.gelu(np.matmul(inner, of('mlp.expand')).add(of('mlp.expandBias')), { approximate: true });
        x = x.add(np.matmul(expanded, of('mlp.contract')).add(of('mlp.contractBias')));
      }
      const logits = np.matmul(norm(x, p['finalNorm.gain'], p['finalNorm.bias']), p.head);
      return crossEntropy(logits, targets, batch * length);
    };
  }

  /** AdamW in one jitted function with the loss and its gradients; the bias corrections come in as numbers. */
  function training(loss, parameters, inputs, targets, { learningRate, beta1, beta2, epsilon, weightDecay }) {
    const update = jax.jit((p, first, second, x, y, correction1, correction2) => {
      const [value, gradients] = jax.valueAndGrad(loss)(tree.ref(p), x, y);
      const moved = {};
      const nextFirst = {};
      const nextSecond = {};
      for (const name of Object.keys(p)) {
        const m = first[name].mul(beta1).add(gradients[name].ref.mul(1 - beta1));
        const v = second[name].mul(beta2).add(np.square(gradients[name]).mul(1 - beta2));
        const direction = m.ref.mul(correction1.ref).div(np.sqrt(v.ref.mul(correction2.ref)).add(epsilon));
        moved[name] = p[name].mul(1 - learningRate * weightDecay).sub(direction.mul(learningRate));
        nextFirst[name] = m;
        nextSecond[name] = v;
      }
      correction1.dispose();
      correction2.dispose();
      return [value, moved, nextFirst, nextSecond];
    });
    let state = [parameters, ...[0, 1].map(() => tree.map((p) => np.zeros(p.shape), parameters))];
    let count = 0;
    return {
      note,
      async step() {
        count++;
        const corrections = [beta1, beta2].map((beta) => np.array([1 / (1 - beta ** count)]));
        const [value, ...next] = update(...state, inputs.ref, targets.ref, ...corrections);
        state = await jax.blockUntilReady(next);
        return (await value.data())[0];
      },
    };
  }

  function convolution(specification) {
    const { input, weight, outputGradient } = convolutionArrays(specification);
    const [x, w, g] = [input, weight, outputGradient].map(array);
    const options = { featureGroupCount: specification.groups };
    const convolve = (a, b) => lax.convGeneralDilated(a, b, [1, 1], 'SAME', options);
    const forward = jax.jit((a, b) => [convolve(a, b)]);
    const both = jax.jit((a, b, gradient) => {
      const [output, pullBack] = jax.vjp(convolve, [a, b]);
      return [output, ...pullBack(gradient)];
    });
    let results = [];
    return {
      note,
      async step() {
        tree.dispose(results);
        results = await jax.blockUntilReady(specification.backward ? both(x.ref, w.ref, g.ref) : forward(x.ref, w.ref));
      },
      async inspect() {
        const names = ['output', 'inputGradient', 'weightGradient'];
        const values = {};
        for (const [index, result] of results.entries()) values[names[index]] = projection(await result.ref.data());
        return values;
      },
    };
  }

  function relu(specification) {
    const x = np.array(reluInput(specification));
    const call = jax.jit(nn.relu);
    let result = x.ref;
    return {
      async step() {
        result.dispose();
        result = await jax.blockUntilReady(call(x.ref));
      },
      inspect: async () => ({ output: projection(await result.ref.data()) }),
    };
  }

  function prepare(specification) {
    switch (specification.kind) {
      case 'mlp': {
        const { inputs, labels } = mlpBatch(specification);
        const { batch, sizes, optimizer } = specification;
        return training(
          mlpLoss(specification),
          named(mlpParameters(specification)),
          np.array(inputs).reshape([batch, sizes[0]]),
          oneHot(labels, [batch], sizes.at(-1)),
          optimizer,
        );
      }
      case 'gpt': {
        const { batch, length, width, vocabulary, optimizer } = specification;
        if (width > 64) throw new UnsupportedCaseError('left out of this peer: a step takes too long here to measure');
        const { tokens, targets } = gptBatch(specification);
        const encode = (labels) => oneHot(labels, [batch, length], vocabulary);
        return training(gptLoss(specification), named(gptParameters(specification)), encode(tokens), encode(targets), optimizer);
      }
      case 'convolution':
        if (specification.groups === 1) throw new UnsupportedCaseError('left out of this peer: a step takes too long here to measure');
        return convolution(specification);
      case 'relu':
        return relu(specification);
    }
  }

  return prepare;
}
