import type { OperatorTable } from '../operator.js';
import { arithmeticOperators } from './arithmetic.js';
import { attentionOperators } from './attention.js';
import { bitOperators } from './bits.js';
import { convolutionOperators } from './convolution.js';
import { functionOperators } from './functions.js';
import { microsoftOperators } from './microsoft.js';
import { normalizationOperators } from './normalization.js';
import { poolingOperators } from './pooling.js';
import { productOperators } from './products.js';
import { recurrentOperators } from './recurrent.js';
import { reductionOperators } from './reductions.js';
import { resizeOperators } from './resize.js';
import { selectionOperators } from './selection.js';
import { rotaryOperators } from './rotary.js';
import { sequenceOperators } from './sequences.js';
import { shapeOperators } from './shapes.js';

/** All operators that are translated, family by family. `If` is control flow and handled where nodes are run. */
export const operatorTable: OperatorTable = {
  ...arithmeticOperators,
  ...bitOperators,
  ...functionOperators,
  ...shapeOperators,
  ...selectionOperators,
  ...sequenceOperators,
  ...reductionOperators,
  ...productOperators,
  ...normalizationOperators,
  ...convolutionOperators,
  ...poolingOperators,
  ...resizeOperators,
  ...attentionOperators,
  ...rotaryOperators,
  ...recurrentOperators,
  ...microsoftOperators,
};
