export { importOnnx, type ImportedModel, type ImportOnnxOptions, type NamedTensors, type OnnxPort } from './import-onnx.js';
export { OnnxImportError, type OnnxImportErrorCode } from './errors.js';
export type { OnnxOperator, OperatorTable } from './operator.js';
export { Constant as OnnxConstant, OnnxSequence, type OnnxValue, type OnnxValueOrSequence } from './constant.js';
export type { NodeCall } from './node-call.js';
export type { NamePatterns, ParameterOptions } from './parameters.js';
