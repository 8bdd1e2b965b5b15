import { projection } from '../dist/formula.js';
import { convolutionArrays, gptBatch, gptParameters, mlpBatch, mlpParameters, reluInput } from '../dist/training-parameters.js';
import { UnsupportedCaseError } from '../dist/unsupported-case.js';

/** The library's way to build a case, wherever it runs; `note` names its backend. A case that needs a kernel it lacks is refused. */
export function casesOf(tf, note) {
  const tensor = ({ values, shape }) => tf.tensor(values, [...shape]);
  const labels = (values, classes) => tf.oneHot(tf.tensor1d(values, 'int32'), classes).cast('float32');
  const crossEntropy = (logits, targets) => tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(logits), targets), -1)));

  function mlpLoss({ sizes }) {
    const last = sizes.length - 2;
    return (p, x, targets) => {
      for (let layer = 0; layer <= last; layer++) {
        x = tf.add(tf.matMul(x, p[`layers.${layer}.weight`]), p[`layers.${layer}.bias`]);
        if (layer < last) x = tf.relu(x);
      }
      return crossEntropy(x, targets);
    };
  }

  function gptLoss({ batch, length, width, layers, heads, layerNormEpsilon }) {
    const size = width / heads;
    const norm = (x, gain, bias) => {
      const { mean, variance } = tf.moments(x, -1, true);
      return tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, layerNormEpsilon))), gain), bias);
    };
    const gelu = (x) => {
      const inner = tf.mul(Math.sqrt(2 / Math.PI), tf.add(x, tf.mul(0.044715, tf.mul(x, tf.mul(x, x)))));
      return tf.mul(tf.mul(0.5, x), tf.add(1, tf.tanh(inner)));
    };
    // Added to the scores: 0 on and below the diagonal, a large negative number above it.
    const bias = tf.keep(tf.mul(tf.sub(1, tf.linalg.bandPart(tf.ones([length, length]), -1, 0)), -1e9));
    const split = (x) => tf.transpose(tf.reshape(x, [batch, length, heads, size]), [0, 2, 1, 3]);
    return (p, tokens, targets) => {
      // Activations stay [batch · length, width]: the products with the weights are plain matrix products.
      const embedded = tf.reshape(tf.matMul(tokens, p.tokenEmbedding), [batch, length, width]);
      let x = tf.reshape(tf.add(embedded, p.positionEmbedding), [batch * length, width]);
      for (let number = 0; number < layers; number++) {
        const of = (name) => p[`layers.${number}.${name}`];
        const h = norm(x, of('attentionNorm.gain'), of('attentionNorm.bias'));
        const [query, key, value] = ['query', 'key', 'value'].map((role) => split(tf.matMul(h, of(`attention.${role}`))));
        const weights = tf.softmax(tf.add(tf.mul(tf.matMul(query, key, false, true), 1 / Math.sqrt(size)), bias));
        const mixed = tf.reshape(tf.transpose(tf.matMul(weights, value), [0, 2, 1, 3]), [batch * length, width]);
        x = tf.add(x, tf.matMul(mixed, of('attention.output')));
        const inner = norm(x, of('mlpNorm.gain'), of('mlpNorm.bias'));
        const expanded = gelu(tf.add(tf.matMul(inner, of('mlp.expand')), of('mlp.expandBias')));
        x = tf.add(x, tf.add(tf.matMul(expanded, of('mlp.contract')), of('mlp.contractBias')));
      }
      return crossEntropy(tf.matMul(norm(x, p['finalNorm.gain'], p['finalNorm.bias']), p.head), targets);
    };
  }

  function training(loss, parameters, inputs, targets, { learningRate, beta1, beta2, epsilon, weightDecay }) {
    const variables = Object.fromEntries(parameters.map((parameter) => [parameter.name, tf.variable(tensor(parameter))]));
    const adam = tf.train.adam(learningRate, beta1, beta2, epsilon);
    return {
      note,
      step() {
        return tf.tidy(() => {
          const { value, grads } = tf.variableGrads(() => loss(variables, inputs, targets), Object.values(variables));
          // Decoupled decay (arXiv:1711.05101) before Adam's own step, as the library has no AdamW.
          for (const variable of Object.values(variables)) variable.assign(tf.mul(variable, 1 - learningRate * weightDecay));
          adam.applyGradients(grads);
          return value.dataSync()[0];
        });
      },
    };
  }

  /** Channels last, the only layout of its convolutions. */
  function convolution(specification) {
    const arrays = convolutionArrays(specification);
    const depthwise = specification.groups > 1;
    const image = (array) => tf.keep(tf.transpose(tensor(array), [0, 2, 3, 1]));
    const x = image(arrays.input);
    const gradient = image(arrays.outputGradient);
    const filter = tf.keep(tf.transpose(tensor(arrays.weight), depthwise ? [2, 3, 0, 1] : [2, 3, 1, 0]));
    const convolve = (a, b) => (depthwise ? tf.depthwiseConv2d(a, b, 1, 'same') : tf.conv2d(a, b, 1, 'same'));
    const pullBack = tf.grads((a, b) => tf.sum(tf.mul(convolve(a, b), gradient)));
    let results = {};
    return {
      note: `${note}, channels last${specification.backward ? ', gradients by sum(output · gradient)' : ''}`,
      step() {
        tf.dispose(results);
        results = tf.tidy(() => {
          if (!specification.backward) return { output: convolve(x, filter) };
          const [inputGradient, weightGradient] = pullBack([x, filter]);
          return { inputGradient, weightGradient };
        });
        // Reading one array waits for the computation on every backend.
        Object.values(results).at(-1).dataSync();
      },
      inspect: () =>
        tf.tidy(() =>
          Object.fromEntries(Object.entries(results).map(([name, value]) => [name, projection(original(name, value).dataSync())])),
        ),
    };

    function original(name, value) {
      if (name !== 'weightGradient') return tf.transpose(value, [0, 3, 1, 2]);
      return tf.transpose(value, depthwise ? [2, 3, 0, 1] : [3, 2, 0, 1]);
    }
  }

  function relu(specification) {
    const x = tf.tensor1d(reluInput(specification));
    let result = tf.relu(x);
    return {
      note,
      step() {
        result.dispose();
        result = tf.relu(x);
      },
      inspect: () => ({ output: projection(result.dataSync()) }),
    };
  }

  function build(specification) {
    switch (specification.kind) {
      case 'mlp': {
        const { inputs, labels: classes } = mlpBatch(specification);
        const x = tf.tensor2d(inputs, [specification.batch, specification.sizes[0]]);
        return training(
          mlpLoss(specification),
          mlpParameters(specification),
          x,
          labels(classes, specification.sizes.at(-1)),
          specification.optimizer,
        );
      }
      case 'gpt': {
        if (specification.width > 64) throw new UnsupportedCaseError('left out of this peer: a step takes too long here to measure');
        const { tokens, targets } = gptBatch(specification);
        const [from, to] = [tokens, targets].map((text) => labels(text, specification.vocabulary));
        return training(gptLoss(specification), gptParameters(specification), from, to, specification.optimizer);
      }
      case 'convolution':
        return convolution(specification);
      case 'relu':
        return relu(specification);
    }
  }

  async function prepare(specification) {
    const prepared = build(specification);
    return { ...prepared, step: () => refusingMissingKernels(prepared.step) };
  }

  function refusingMissingKernels(step) {
    try {
      return step();
    } catch (error) {
      if (!/not registered for backend/.test(error.message)) throw error;
      throw new UnsupportedCaseError(error.message);
    }
  }

  return prepare;
}
