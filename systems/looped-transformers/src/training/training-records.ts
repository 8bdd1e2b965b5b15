import type { StudyContext } from '@sardonyx/study';
import { type Bucket, type Judge, type Measure, plateauOf, type Score, scoreOf } from './evaluation.js';
import { meanOf } from './judgement.js';
import { type Contender, labelOf, type TrainingPlan } from './training-plan.js';

/** The last accuracy of a model on a bucket, %. */
export interface FinalScore {
  readonly name: string;
  readonly role: string;
  readonly seed: number;
  readonly bucket: string;
  readonly difficulty: number;
  /** Weight of the bucket in means. */
  readonly share: number;
  readonly step: number;
  readonly accuracy: number;
  readonly exact: number;
  readonly dense: number;
  readonly last: number;
  /** nats */
  readonly loss: number;
}

/** Judges a model on every bucket and records what it finds; returns the mean accuracy, %, and the scores. */
export async function evaluateModel(
  ctx: StudyContext,
  plan: TrainingPlan,
  judge: Judge,
  contender: Contender,
  step: number,
): Promise<{ readonly mean: number; readonly finals: readonly FinalScore[] }> {
  const label = labelOf(contender, plan);
  const finals: FinalScore[] = [];
  for (const bucket of plan.buckets(contender)) {
    const score = await scoreOf(judge, bucket);
    const measure = bucket.measure ?? plan.measure;
    const final = finalScore(contender, bucket, step, score, measure);
    finals.push(final);
    recordScore(ctx, label, final);
    plan.scored?.(contender, bucket, score, step);
    notePlateau(ctx, label, bucket, score, measure, step);
  }
  const mean = meanAccuracy(finals);
  ctx.table('mean-accuracy', { model: 'utf8', step: 'int32', accuracy: 'float64' }).append({ model: label, step, accuracy: mean });
  ctx.metric(step, {
    ...Object.fromEntries(finals.map(({ bucket, accuracy }) => [`accuracy (%) ${label} ${bucket}`, accuracy])),
    [`accuracy (%) ${label}`]: mean,
  });
  return { mean, finals };
}

function finalScore({ name, role = '', seed }: Contender, bucket: Bucket, step: number, score: Score, measure: Measure): FinalScore {
  const [exact, dense, last] = [score.exact, score.dense, score.last].map((share) => 100 * meanOf(share)) as [number, number, number];
  const accuracy = { exact, dense, last }[measure];
  const loss = meanOf(score.loss);
  return {
    name,
    role,
    seed,
    bucket: bucket.name,
    difficulty: bucket.difficulty,
    share: bucket.share ?? 1,
    step,
    accuracy,
    exact,
    dense,
    last,
    loss,
  };
}

function recordScore(ctx: StudyContext, model: string, { bucket, difficulty, step, accuracy, exact, dense, last, loss }: FinalScore): void {
  ctx
    .table('accuracy', { model: 'utf8', bucket: 'utf8', difficulty: 'float64', step: 'int32', accuracy: 'float64' })
    .append({ model, bucket, difficulty, step, accuracy });
  ctx
    .table('measures', {
      model: 'utf8',
      bucket: 'utf8',
      step: 'int32',
      exact: 'float64',
      dense: 'float64',
      last: 'float64',
      loss: 'float64',
    })
    .append({ model, bucket, step, exact, dense, last, loss });
}

function notePlateau(ctx: StudyContext, label: string, bucket: Bucket, score: Score, measure: Measure, step: number): void {
  const plateau = plateauOf(score, bucket, measure);
  if (!plateau) return;
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  ctx.log(
    `${label}, step ${step}: ${bucket.name} at ${percent(meanOf(score[measure]))} is the level of the shortcut "${plateau.name}" (${percent(plateau.accuracy)}), no progress on the task`,
  );
}

/** The middle of an odd number of values, the mean of the two in the middle of an even number. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/**
 * Results over the seeds of every model, and which was the first: `accuracy <model> <bucket>` is the median, `accuracy <model>` and
 * `accuracy <role>` the median of the means over buckets; with several seeds the least, the mean and the most stand beside it.
 */
export function recordFinals(ctx: StudyContext, { contenders }: Pick<TrainingPlan, 'contenders'>, finals: readonly FinalScore[]): void {
  const table = ctx.table('final-accuracy', {
    model: 'utf8',
    bucket: 'utf8',
    difficulty: 'float64',
    accuracy: 'float64',
    least: 'float64',
    most: 'float64',
  });
  ctx.result('first model', contenders[0]!.name);
  const seeds = [...new Set(contenders.map(({ seed }) => seed))];
  for (const { name, role } of unique(contenders)) {
    const own = finals.filter((final) => final.name === name);
    const buckets = new Map(own.map(({ bucket, difficulty }) => [bucket, difficulty]));
    for (const [bucket, difficulty] of buckets) {
      const values = own.filter((final) => final.bucket === bucket).map(({ accuracy }) => accuracy);
      const accuracy = median(values);
      ctx.result(`accuracy ${name} ${bucket}`, accuracy);
      table.append({ model: name, bucket, difficulty, accuracy, least: Math.min(...values), most: Math.max(...values) });
    }
    const means = seeds.map((seed) => meanAccuracy(own.filter((final) => final.seed === seed))).filter(Number.isFinite);
    ctx.result(`accuracy ${name}`, median(means));
    if (role) ctx.result(`accuracy ${role}`, median(means));
    if (means.length < 2) continue;
    ctx.result(`least accuracy ${name}`, Math.min(...means));
    ctx.result(`mean accuracy ${name}`, means.reduce((a, b) => a + b, 0) / means.length);
    ctx.result(`most accuracy ${name}`, Math.max(...means));
  }
}

/** Over buckets, by their shares. */
const meanAccuracy = (finals: readonly FinalScore[]): number =>
  finals.reduce((sum, { accuracy, share }) => sum + accuracy * share, 0) / finals.reduce((sum, { share }) => sum + share, 0);

const unique = (contenders: readonly Contender[]): Contender[] =>
  contenders.filter(({ name }, i) => contenders.findIndex((other) => other.name === name) === i);
