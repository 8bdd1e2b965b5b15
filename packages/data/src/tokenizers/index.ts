/* Tokenizers, for Node and browsers alike: nothing here reads files. */

export { ByteLevelBpeTokenizer } from './byte-level-bpe.js';
export { ByteTokenizer } from './byte-tokenizer.js';
export { CharacterTokenizer } from './character-tokenizer.js';
export { type TokenizerDescription, tokenizerFromDescription } from './description.js';
export { type Gpt2Files, readGpt2Files, writeGpt2Files } from './gpt2-files.js';
export { encodeWithSpecialTokens, endOfText, type StreamingDecoder, type Tokenizer } from './tokenizer.js';
export { TokenizerError, type TokenizerErrorCode } from './tokenizer-error.js';
export { ByteLevelBpeTrainer, type ByteLevelBpeTrainingOptions, trainByteLevelBpe } from './train-byte-level-bpe.js';
export { JsonTokenizer, readTokenizerJson, writeTokenizerJson } from './tokenizer-json.js';
