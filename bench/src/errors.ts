/** Why the harness gave up on something; `code` is stable, the message is for people. */
export type BenchErrorCode =
  | 'usage'
  | 'contender-missing'
  | 'contender-unsupported'
  | 'contender-failed'
  | 'contender-crashed'
  | 'contender-timeout'
  | 'contender-protocol';

/** Every error this package throws on purpose. */
export class BenchError extends Error {
  override readonly name = 'BenchError';

  constructor(
    readonly code: BenchErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
