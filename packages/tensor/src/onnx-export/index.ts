export { exportOnnx, type ExportOnnxOptions, writeOnnx } from './export-onnx.js';
export { OnnxExportError, type OnnxExportErrorCode } from './errors.js';
