import { useEffect, useState } from 'preact/hooks';

/** Changes that follow each other sooner are parts of one, ms: a slider that is drawn, say. */
const usualPause = 120;

/** A value once it has been the same for a moment, ms; the one before until then. */
export function useSettled<T>(value: T, pause = usualPause): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), pause);
    return () => clearTimeout(timer);
  }, [value, pause]);
  return settled;
}
