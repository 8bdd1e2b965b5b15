export { addition } from './studies/addition.js';
export { groupCompositionStudy } from './studies/group-composition.js';
export { iGsmStudy } from './studies/i-gsm.js';
export { loopingRegularizerStudy } from './studies/looping-regularizer.js';
export { memory } from './studies/memory.js';
export { pHopStudy } from './studies/p-hop.js';
export { reportedResults } from './studies/reported-results.js';
export { theoryStudy } from './studies/theory.js';
