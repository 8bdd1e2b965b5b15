import { runtimeInfo } from '@sardonyx/tensor';
import { offer } from './programs.js';
import { trainAddition, trainGpt } from './training-runs.js';

offer({ runtimeInfo, trainGpt, trainAddition });
