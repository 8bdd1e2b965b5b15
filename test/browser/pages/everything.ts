import * as data from '@sardonyx/data';
import * as training from '@sardonyx/looped-transformers/training';
import * as nn from '@sardonyx/nn';
import * as optim from '@sardonyx/optim';
import * as tensor from '@sardonyx/tensor';
import { offer } from './programs.js';

/* All that a page can import; mentioning the packages whole keeps them whole. */

const packages = { data, nn, optim, tensor, training };

offer({ names: () => Object.fromEntries(Object.entries(packages).map(([name, exported]) => [name, Object.keys(exported).sort()])) });
