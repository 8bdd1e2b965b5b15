/**
 * ONNX models to and from their protobuf bytes. The schema is the table of field numbers in `schema.ts`; the wire format
 * is @bufbuild/protobuf's. Writing and reading go through one function per message, with no intermediate message objects.
 */
export { decodeModel } from './decode.js';
export { encodeModel, encodeModelChunks } from './encode.js';
