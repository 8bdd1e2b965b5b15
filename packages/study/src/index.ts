export { defineStudy, presetNames, resolveParameters } from './study.js';
export type { Cost, Expectation, Paper, PresetName, Study, Verdict } from './study.js';
export { defineCommand, defineSystem, paperOf } from './system.js';
export type { Command, CommandContext, System } from './system.js';
export type { StudyCheckpoint, StudyContext } from './context.js';
export type { CheckpointArray, CheckpointData, CheckpointDtype } from './checkpoint-file.js';
export type { Cell, Columns, ColumnType, Row, Table, TableData } from './table.js';
export { readTable } from './table.js';
export type { Figure, FigurePoint, FigureSource, MetricFigure, Reference, TableFigure } from './figure.js';
export { figurePoints } from './figure.js';
export { figureSvg } from './figure-svg.js';
export { resumeRun, startRun } from './execute.js';
export type { ExecuteOptions, RunOutcome, RunRequest } from './execute.js';
export { listRuns, liveStatus, newRunDirectory, readRunFile, runPaths } from './run-directory.js';
export type { ExpectationResult, LiveStatus, RunFile } from './run-directory.js';
export { readEvents } from './event-log.js';
export { EventReader, logStart } from './event-reader.js';
export type { EventSlice, LogPosition } from './event-reader.js';
export type { EventBody, ResultValue, RunEvent } from './event-log.js';
export { Results } from './results.js';
export type { MetricSeries } from './results.js';
export { writeReport } from './report.js';
export { checkParameters, describeParameters, parseParameter } from './parameters.js';
export type { Parameter } from './parameters.js';
export { readJsonFile } from './json-file.js';
export { schemaProblems } from './schema-problems.js';
export { inputFile, inputFolder } from './input-path.js';
export { didYouMean, nearestName, nearNames, suggestion } from './nearest-name.js';
export { isSystemError, nodeFileSystem } from './file-system.js';
export type { FileSystem } from './file-system.js';
export { lockHolder } from './lock.js';
export type { LockHolder } from './lock.js';
export { fromJsonNumber, type JsonNumber, type JsonValue, stringifyExactly, toJsonNumber } from './exact-json.js';
export { TimeLeft } from './time-left.js';
export {
  BadInputError,
  CheckpointError,
  DefinitionError,
  Interrupted,
  ParameterError,
  RunLockedError,
  StorageError,
  StudyError,
} from './errors.js';
export { sardonyxVersion } from './version.js';
