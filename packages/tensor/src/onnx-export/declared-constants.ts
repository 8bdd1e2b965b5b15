/**
 * Key of the metadata in which an exported model lists, as JSON, its floating-point initializers that are no parameters:
 * ONNX itself does not tell the two apart.
 */
export const constantsKey = 'sardonyx.constants';
