export type { OnnxElementType } from './element-types.js';
export { elementCount, rawByteLength } from './element-types.js';
export { OnnxFormatError, type OnnxFormatErrorCode, type OnnxFormatProblem } from './errors.js';
export * from './model.js';
export { decodeModel, encodeModel, encodeModelChunks } from './protobuf.js';
