import { TensorError } from '@sardonyx/tensor';

/**
 * - `option`: an option outside its range, or of no known name
 * - `parameter`: a parameter that the optimizer cannot take
 * - `gradient`: a gradient of another shape or dtype than its parameter
 * - `checkpoint`: a state made for other parameters or by another optimizer
 * - `non-finite`: NaN or infinity in a gradient or a statistic
 * - `root`: a matrix root that did not converge
 * - `memory`: a statistic larger than allowed
 * - `refresh`: an update that was not followed by its `refresh`
 */
export type OptimizerErrorCode = 'option' | 'parameter' | 'gradient' | 'checkpoint' | 'non-finite' | 'root' | 'memory' | 'refresh';

/** Where and with which figures: the parameter's path, the step, counts and extremes. */
export interface OptimizerErrorDetails {
  readonly parameter?: string;
  readonly step?: number;
  readonly [figure: string]: number | string | undefined;
}

/** Thrown by optimizers for options, parameters, gradients and states that they cannot take. */
export class OptimizerError extends TensorError {
  constructor(
    override readonly code: OptimizerErrorCode,
    message: string,
    readonly details: OptimizerErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(code, message, options);
  }
}
