import { createRequire } from 'node:module';
import { serveContender } from '../contender.js';
import { type TrainingCase, trainingCaseSchema } from '../training-cases.js';
import { prepare } from './sardonyx-cases.js';

const require = createRequire(import.meta.url);
const versionOf = (name: string): string => (require(`${name}/package.json`) as { version: string }).version;

await serveContender<TrainingCase>({
  name: 'sardonyx',
  versions: { 'onnxruntime-node': versionOf('onnxruntime-node') },
  parseCase: (value) => trainingCaseSchema.parse(value),
  prepare,
});
