/* Fixed data sets of the tasks in files; for Node only. */

export { type DataSetStatistics, dataSetStatistics } from './data-set/data-set-statistics.js';
export { type DataSetHead, type DataSetManifest, dataSetFiles, readManifest } from './data-set/manifest.js';
export { removeDataSet } from './data-set/remove-data-set.js';
export { readRecords } from './data-set/packed-records.js';
export { type NumberedProblem, readProblems, type ReadOptions } from './data-set/read-problems.js';
export { type VerifiedDataSet, verifyDataSet } from './data-set/verify-data-set.js';
export { type DataSetOptions, writeDataSet } from './data-set/write-data-set.js';
export { writeTokenFile } from './data-set/write-token-file.js';
