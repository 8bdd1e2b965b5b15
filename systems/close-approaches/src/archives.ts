/** Readers of archives of runs that are in memory, free of Node: for pages alike. */
export { Archive, type ArchiveBlock, inMemory } from './archive/archive.js';
export { ArchiveError } from './archive/archive-error.js';
export { eventsOfRows, removalsOfRows } from './archive/archived-events.js';
export type { Columns } from './archive/block-content.js';
export type { RunConfig } from './archive/run-config.js';
export { type EncounterEvent, eventFlags } from './encounters/encounter-event.js';
export type { Removal } from './encounters/removal.js';
export type { ParticleFile } from './population/particle-file.js';
export { type SnapshotStates, snapshotStates } from './runs/snapshot-states.js';
