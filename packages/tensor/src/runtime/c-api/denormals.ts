import type Koffi from 'koffi';

/**
 * Numbers below the normal range cost a processor some hundred cycles each and mean nothing to a network: the softmax of
 * a masked row alone runs five times as long with them. Where this platform lets us, they count as zero in every run.
 */
export interface Denormals {
  /** Whether they can be flushed here; if not, results may differ in numbers below 1.2e-38. */
  readonly areFlushed: boolean;
  /** Does `body` with denormals read and written as zero on this thread, and on threads that it starts. */
  flushed<T>(body: () => T): T;
}

const kept: Denormals = { areFlushed: false, flushed: (body) => body() };

/** Bytes of `fenv_t` on x86-64 (glibc, musl), and the index of its last word: the SSE control register. */
const environmentBytes = 32;
const mxcsr = 7;
/** Flush results to zero (bit 15), read operands as zero (bit 6): Intel's manual, volume 1, section 10.2.3. */
const flushBits = 0x8040;

/** By the C library's floating-point environment, on Linux with x86-64. */
export function denormalsOf(koffi: typeof Koffi): Denormals {
  if (process.platform !== 'linux' || process.arch !== 'x64') return kept;
  const library = ['libm.so.6', 'libc.so'].map((name) => open(koffi, name)).find((found) => found !== undefined);
  if (!library) return kept;
  const read = library.func('int fegetenv(void* environment)');
  const write = library.func('int fesetenv(const void* environment)');
  const usual = new Uint32Array(environmentBytes / 4);
  read(usual);
  const flushing = usual.slice();
  flushing[mxcsr]! |= flushBits;
  return {
    areFlushed: true,
    flushed(body) {
      write(flushing);
      try {
        return body();
      } finally {
        write(usual);
      }
    },
  };
}

function open(koffi: typeof Koffi, name: string) {
  try {
    return koffi.load(name);
  } catch {
    // Another C library: the next name is tried, and without any denormals stay.
    return undefined;
  }
}
