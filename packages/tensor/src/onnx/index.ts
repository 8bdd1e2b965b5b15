export type { OnnxElementType } from './element-types.js';
export { elementCount, rawByteLength } from './element-types.js';
export { OnnxFormatError, type OnnxFormatErrorCode, type OnnxFormatProblem } from './errors.js';
export * from './model.js';
export { decodeModel, encodeModel, encodeModelChunks } from './protobuf.js';
export type { ExternalDataOptions } from './external-data.js';
export { readOnnxFile, writeOnnxFile } from '#onnx/file';
export type { ReadOnnxOptions, WriteOnnxOptions } from './file.js';
