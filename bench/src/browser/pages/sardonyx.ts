import { runtimeInfo, setThreads, tensor } from '@sardonyx/tensor';
import { prepare } from '../../contenders/sardonyx-cases.js';
import { offerContender } from '../page-contender.js';
import { pageSettings } from '../page-settings.js';

setThreads(pageSettings().threads);
// ONNX Runtime is loaded and started before a case is timed, as the other libraries are.
await tensor([1]).add(1).data();
offerContender(prepare, { 'onnxruntime-web': runtimeInfo().version });
