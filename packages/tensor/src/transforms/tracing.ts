let depth = 0;

/** Runs a function of a transformation, which records what is done to its arguments rather than computing it. */
export function traced<T>(body: () => T): T {
  depth++;
  try {
    return body();
  } finally {
    depth--;
  }
}

/**
 * Whether a function of a transformation is running. What it calls must stay visible to the transformation even where
 * its arguments do not tell, because a closure has captured a tensor that is differentiated or mapped over.
 */
export const isTracing = (): boolean => depth > 0;
