import { writeFile } from 'node:fs/promises';
import { grad, jit, mean, runtimeInfo, setThreads, tensor, type Tensor } from '@sardonyx/tensor';
import type { RunCommand } from './command-line.js';
import type { Script } from './script.js';

const steps = 10_000;
const stepsPerLine = 1_000;
const width = 64;
const batch = 16;

interface Parameters {
  readonly w1: Tensor;
  readonly w2: Tensor;
}

/** What a process holds after so many steps. */
interface Reading {
  readonly step: number;
  readonly residentBytes: number;
  readonly heapBytes: number;
  readonly arrayBufferBytes: number;
  readonly loss: number;
}

/** Memory over 10,000 jitted steps with donated state; flat once the first thousand has warmed up. */
export const memory: Script = {
  name: 'memory',
  title: `resident memory over ${steps.toLocaleString('en')} training steps with donated state`,
  async run({ threads, jsonFile }: RunCommand): Promise<number> {
    setThreads(threads);
    const { name, version } = runtimeInfo();
    process.stdout.write(`${name} ${version}, threads: ${threads}\n    step    resident        heap  array buffers   loss\n`);
    const readings: Reading[] = [];
    for await (const reading of train()) {
      readings.push(reading);
      process.stdout.write(`${line(reading)}\n`);
    }
    if (jsonFile !== undefined) await writeFile(jsonFile, `${JSON.stringify({ benchmark: 'memory', threads, readings }, null, 2)}\n`);
    return 0;
  },
};

async function* train(): AsyncGenerator<Reading> {
  const step = jit(update, { donate: [0] });
  let parameters: Parameters = { w1: wave(width, width), w2: wave(width, width) };
  const x = wave(batch, width);
  for (let i = 1; i <= steps; i++) {
    const [next, loss] = step(parameters, x);
    parameters = next;
    const value = await loss.item();
    loss.dispose();
    if (i % stepsPerLine === 0) {
      const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
      yield { step: i, residentBytes: rss, heapBytes: heapUsed, arrayBufferBytes: arrayBuffers, loss: value };
    }
  }
  step.dispose();
}

const reconstruction = ({ w1, w2 }: Parameters, x: Tensor): Tensor => mean(x.matmul(w1).tanh().matmul(w2).sub(x).square());

function update(parameters: Parameters, x: Tensor): [Parameters, Tensor] {
  const slope = grad(reconstruction)(parameters, x);
  const { w1, w2 } = parameters;
  return [{ w1: w1.sub(slope.w1.mul(0.1)), w2: w2.sub(slope.w2.mul(0.1)) }, reconstruction(parameters, x)];
}

const wave = (rows: number, columns: number): Tensor =>
  tensor(
    Float32Array.from({ length: rows * columns }, (_, i) => 0.2 * Math.sin(i * i)),
    [rows, columns],
  );

function line({ step, residentBytes, heapBytes, arrayBufferBytes, loss }: Reading): string {
  const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`.padStart(12);
  return `${String(step).padStart(8)}${mebibytes(residentBytes)}${mebibytes(heapBytes)}   ${mebibytes(arrayBufferBytes)}   ${loss.toFixed(4)}`;
}
