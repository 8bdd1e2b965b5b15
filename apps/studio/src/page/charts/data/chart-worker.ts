import { ChartData } from './chart-data.js';
import type { Answer, Call } from './worker-protocol.js';

/** The worker's own end of the channel; the libraries' types are those of a page. */
interface Port {
  postMessage(message: Answer, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: { readonly data: Call }) => void): void;
}

const port = globalThis as unknown as Port;
const data = new ChartData((change) => port.postMessage({ change }, []));

port.addEventListener('message', ({ data: { id, method, parameters } }) => void answer(id, method, parameters));

async function answer(id: number, method: Call['method'], parameters: Call['parameters']): Promise<void> {
  try {
    const call = data[method] as (...parameters: readonly unknown[]) => unknown;
    const result = await call.apply(data, [...parameters]);
    port.postMessage({ id, result }, method === 'window' ? buffersOf(result as ReturnType<ChartData['window']>) : []);
  } catch (error) {
    // The page shows it where the chart would stand.
    port.postMessage({ id, problem: error instanceof Error ? error.message : String(error) }, []);
  }
}

function buffersOf({ table }: ReturnType<ChartData['window']>): Transferable[] {
  return [table.steps.buffer, ...table.curves.map((curve) => curve.buffer)];
}
