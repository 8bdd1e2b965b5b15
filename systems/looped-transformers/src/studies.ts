/* All studies. A new one is one line here. */

export { addition } from './studies/addition.js';
export { pHopStudy } from './studies/p-hop.js';
export { iGsmStudy } from './studies/i-gsm.js';
export { groupCompositionStudy } from './studies/group-composition.js';
export { memorizationAndReasoning } from './studies/memorization-and-reasoning.js';
export { depthScaling } from './studies/depth-scaling.js';
export { inferenceLoops } from './studies/inference-loops.js';
export { loopingRegularizerStudy } from './studies/looping-regularizer.js';
export { languageModel } from './studies/language-model.js';
export { reportedResults } from './studies/reported-results.js';
export { theoryStudy } from './studies/theory.js';
export { memory } from './studies/memory.js';
