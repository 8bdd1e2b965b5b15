/** What a contender's page is told in its address. */
export interface PageSettings {
  readonly backend: string;
  readonly threads: number;
}

export function pageSettings(): PageSettings {
  const { search } = (globalThis as unknown as { location: { search: string } }).location;
  const parameters = new URLSearchParams(search);
  return { backend: parameters.get('backend') ?? '', threads: Number(parameters.get('threads') ?? 1) };
}

export const addressWith = (url: string, { backend, threads }: PageSettings): string => `${url}?backend=${backend}&threads=${threads}`;
