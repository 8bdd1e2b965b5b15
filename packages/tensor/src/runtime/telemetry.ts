/**
 * ONNX Runtime from 1.30 on keeps a device id and a database of its use below the user's cache folder, in order to report
 * them, unless this variable is set before the library is loaded. A user who sets it to something else keeps their choice.
 */
export function keepTelemetryOff(environment: NodeJS.ProcessEnv = process.env): void {
  environment['ORT_DISABLE_TELEMETRY'] ??= '1';
}
