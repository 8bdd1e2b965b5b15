export { importCommand } from './commands/import.js';
export { convert } from './commands/convert.js';
export { moidCommand } from './commands/moid.js';
export { propagateCommand } from './commands/propagate.js';
export { catalogue } from './commands/catalogue.js';
export { events } from './commands/events.js';
export { merge } from './commands/merge.js';
