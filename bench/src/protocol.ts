import { z } from 'zod';

/**
 * The conversation between the harness and one contender: one JSON object a line, requests on the contender's
 * standard input, one reply to each on its standard output. The contender speaks first, with `hello` or `missing`.
 * What each message means is told in `bench/README.md`, "Protocol".
 */
export const requestSchema = z.union([
  z.strictObject({ prepare: z.record(z.string(), z.unknown()) }),
  z.strictObject({
    run: z.strictObject({ iterations: z.int().min(1), warmup: z.int().min(0) }),
  }),
  z.strictObject({ inspect: z.literal(true) }),
  z.strictObject({ quit: z.literal(true) }),
]);
export type Request = z.infer<typeof requestSchema>;

/** First line of a contender that can run: its name and the versions of what it measures. */
export const helloSchema = z.strictObject({
  hello: z.strictObject({ name: z.string(), versions: z.record(z.string(), z.string()) }),
});
/** First line of a contender whose library is not installed: the library's name. */
export const missingSchema = z.strictObject({ missing: z.string() });
/**
 * Reply to `prepare`: seconds spent building and compiling, before the first step, and resident memory before that.
 */
export const readySchema = z.strictObject({
  ready: z.literal(true),
  compileSeconds: z.number().min(0),
  restingRssBytes: z.number().min(0).optional(),
  note: z.string().optional(),
});
/** Reply to `run`: one wall-clock figure per timed step, the last step's loss if it has one, peak resident memory. */
export const measurementSchema = z.strictObject({
  secondsPerIteration: z.array(z.number().min(0)).min(1),
  loss: z.number().optional(),
  rssBytes: z.number().min(0),
});
/** Reply to `inspect`: named scalars of the last step's results, for comparison between contenders. */
export const inspectionSchema = z.strictObject({ values: z.record(z.string(), z.number()) });
/** Reply to `prepare` from a contender that cannot do this case. */
export const unsupportedSchema = z.strictObject({ unsupported: z.string() });
/** Reply to anything that went wrong inside the contender. */
export const errorSchema = z.strictObject({ error: z.string() });

export type Hello = z.infer<typeof helloSchema>['hello'];
export type Ready = z.infer<typeof readySchema>;
export type Measurement = z.infer<typeof measurementSchema>;
export type Reply =
  | z.infer<typeof helloSchema>
  | z.infer<typeof missingSchema>
  | Ready
  | Measurement
  | z.infer<typeof inspectionSchema>
  | z.infer<typeof unsupportedSchema>
  | z.infer<typeof errorSchema>;
