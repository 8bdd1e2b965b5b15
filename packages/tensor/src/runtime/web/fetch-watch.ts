/** Finds out which `.wasm` file a script fetches that does not tell. */
export interface FetchWatch {
  /** Its address, once the answer is here, whatever the answer is. */
  readonly url: Promise<string>;
  close(): void;
}

export function watchWebAssembly(): FetchWatch {
  let found: (url: string) => void;
  const url = new Promise<string>((resolve) => {
    found = resolve;
  });
  const observer = new PerformanceObserver((list) => {
    const entry = list.getEntries().find(({ name }) => new URL(name).pathname.endsWith('.wasm'));
    if (entry) found(entry.name);
  });
  observer.observe({ type: 'resource' });
  return { url, close: () => observer.disconnect() };
}
