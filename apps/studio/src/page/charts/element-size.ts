import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

export interface ElementSize {
  readonly width: number;
  readonly height: number;
}

const unknown: ElementSize = { width: 0, height: 0 };

/** Size of an element's content in whole CSS pixels, kept up to date; 0 × 0 before the first layout. */
export function useSize(element: RefObject<HTMLElement | null>): ElementSize {
  const [size, setSize] = useState(unknown);
  useEffect(() => {
    if (element.current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      const { width, height } = entry?.contentRect ?? unknown;
      setSize({ width: Math.floor(width), height: Math.floor(height) });
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return size;
}
