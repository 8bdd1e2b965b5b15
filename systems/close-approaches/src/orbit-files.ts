/** Readers of files of orbits that are in memory, free of Node: for pages alike. */
export { memorySource } from './formats/byte-source.js';
export { CatalogueBuilder } from './formats/catalogue.js';
export { type FileFormat, fileFormats, recognizeFormat } from './formats/file-format.js';
export { FormatError } from './formats/format-error.js';
export { readOrbits } from './formats/read-orbits.js';
