/** A compiled module; only WebAssembly itself looks into it. */
export type WebAssemblyModule = object;

/** The part of the `WebAssembly` namespace that loading ONNX Runtime needs (https://webassembly.github.io/spec/js-api). */
export interface WebAssemblyApi {
  validate(bytes: Uint8Array): boolean;
  compile(bytes: ArrayBuffer): Promise<WebAssemblyModule>;
  compileStreaming?(response: Response): Promise<WebAssemblyModule>;
  instantiate(module: WebAssemblyModule, imports: object): Promise<object>;
}

/** What a browser's page or worker has and Node's types do not name. */
interface BrowserScope {
  readonly WebAssembly?: WebAssemblyApi;
  readonly crossOriginIsolated?: boolean;
}

const scope = globalThis as BrowserScope;

/** WebAssembly, `undefined` where the browser or the page's security policy has none. */
export const webAssembly = (): WebAssemblyApi | undefined => scope.WebAssembly;

/** Whether threads may share memory: the page was served with the headers COOP and COEP. */
export const isCrossOriginIsolated = (): boolean => scope.crossOriginIsolated === true;

/** `(module (func (result v128) (i8x16.popcnt (i8x16.splat (i32.const 0)))))` */
const usesSimd = [
  [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // magic, version
  [1, 5, 1, 0x60, 0, 1, 0x7b], // one type: () → v128
  [3, 2, 1, 0], // one function of it
  [10, 10, 1, 8, 0, 0x41, 0, 0xfd, 0x0f, 0xfd, 0x62, 0x0b], // i32.const 0, i8x16.splat, i8x16.popcnt, end
].flat();

/** Whether instructions on vectors of 128 bits are there (Chrome 91, Firefox 89, Safari 16.4). */
export const hasSimd = (api: WebAssemblyApi): boolean => api.validate(Uint8Array.from(usesSimd));
