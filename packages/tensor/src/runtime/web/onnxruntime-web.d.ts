declare module 'onnxruntime-web/ort-wasm-simd-threaded.mjs' {
  const factory: import('./ort-module.js').OrtModuleFactory;
  export default factory;
}
