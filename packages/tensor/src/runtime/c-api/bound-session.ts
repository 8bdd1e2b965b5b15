import { RuntimeError } from '../../core/errors.js';
import type { TensorType } from '../../core/tensor.js';
import { expectStorages } from '../expect-storages.js';
import type { Executable } from '../runtime.js';
import type { Storage } from '../storage.js';
import type { Context } from './context.js';
import { type Device, DeviceValue } from './device.js';
import { IoBinding } from './io-binding.js';
import type { Pointer } from './library.js';
import { hostValue, type NativeValue } from './native-value.js';
import { hostCopy, NativeSession } from './native-session.js';

/** A model compiled by ONNX Runtime whose outputs stay in memory of the device that computes them. */
export class BoundSession implements Executable {
  readonly outputPlace = 'device';
  private readonly session: NativeSession;

  constructor(
    private readonly context: Context,
    pointer: Pointer,
    private readonly device: Device,
    readonly inputs: readonly TensorType[],
    readonly outputs: readonly TensorType[],
  ) {
    this.session = new NativeSession(context, pointer);
  }

  async run(inputs: readonly Storage[], outputs: readonly Storage[]): Promise<void> {
    const pointer = this.session.expectUsable();
    expectStorages('input', inputs, this.inputs);
    expectStorages('output', outputs, this.outputs);
    if (outputs.some(({ isOnHost }) => isOnHost)) {
      throw new RuntimeError('place', 'run: expected outputs on the device, given a buffer on the host');
    }
    await this.session.whileRunning(inputs, async () => {
      const binding = new IoBinding(this.context, pointer);
      const copies: Storage[] = [];
      try {
        for (const [i, input] of inputs.entries()) {
          const value = this.isHere(input) ? (input.native as NativeValue) : undefined;
          const given = value ? input : await hostCopy(input);
          if (given !== input) copies.push(given);
          binding.input(`i${i}`, value ?? hostValue(this.context, given));
        }
        outputs.forEach((_, i) => binding.outputIn(`o${i}`, this.device.memoryInfo));
        await binding.run();
        binding.outputValues().forEach((value, i) => {
          outputs[i]!.native?.release();
          outputs[i]!.native = new DeviceValue(this.context, value, this.device, this.outputs[i]!);
        });
      } finally {
        binding.release();
        for (const copy of copies) copy.release();
      }
    });
  }

  dispose(): void {
    this.session.dispose();
  }

  private isHere({ native }: Storage): boolean {
    return native instanceof DeviceValue && native.device === this.device;
  }
}
