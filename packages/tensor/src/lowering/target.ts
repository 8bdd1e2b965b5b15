/** What lowerings may count on beyond the operators that every ONNX Runtime build has. */
export interface Target {
  /**
   * Channels in a block of ONNX Runtime's blocked layout, [N, C/block, H, W, block] (domain `com.microsoft.nchwc`):
   * 16 with AVX-512, 8 with AVX2. Absent where the kernels are, and in models that are to run elsewhere.
   */
  readonly channelBlock?: number | undefined;
}

/** Any ONNX Runtime on any machine. */
export const portable: Target = {};
