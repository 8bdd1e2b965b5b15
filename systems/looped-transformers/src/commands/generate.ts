import { BadInputError, type CommandContext, defineCommand } from '@sardonyx/study';
import { z } from 'zod';
import { refusingBadInput } from '../bad-input.js';
import { createDecoder, type GenerationOptions, streamTokens } from '../generation/decoding.js';
import type { ModelDocument } from '../model/model-document.js';
import { ModelError } from '../model/model-error.js';
import { modelText, type ModelText } from '../model/model-text.js';
import { modelArgument, readModel } from './model-argument.js';

/** What a model says after a prompt, token by token. */
export const generate = defineCommand({
  name: 'generate',
  aliases: ['sample'],
  summary: 'continues a prompt with a trained model, token by token',
  arguments: [modelArgument],
  examples: [
    'generate language/model --prompt "The sea"',
    'generate language/model --prompt "The sea" --temperature 0.8 --top-k 40 --sampling-seed 3',
    'generate trained/model --prompt 315+120= --loops 6',
  ],
  params: z.object({
    prompt: z.string().default('').describe('text to continue'),
    loops: z.number().optional().describe('times the block is applied; as trained by default'),
    maxTokens: z.int().min(1).optional().describe('new tokens at most; as many as there is room for by default'),
    temperature: z.number().min(0).default(0).describe('divides the logits; 0 takes the most likely token'),
    topK: z.int().min(1).optional().describe('choose among the k most likely tokens'),
    topP: z.number().gt(0).max(1).default(1).describe('choose among the fewest tokens that hold this probability'),
    samplingSeed: z.int().min(0).default(0).describe('of the draws'),
    stop: z.string().optional().describe('token that ends the text; the end token of the vocabulary by default'),
  }),
  async run(ctx, params) {
    if (params.prompt === '') {
      const example = `sardonyx looped-transformers generate ${ctx.arguments[0]} --prompt "12+34="`;
      throw new BadInputError('prompt', `Cannot generate: expected a text to continue, given none; write one, as in: ${example}.`);
    }
    const model = await readModel(ctx.arguments[0]!);
    await refusingBadInput(async () => {
      const text = modelText(model);
      const prompt = text.encode(params.prompt);
      const stopToken = params.stop === undefined ? text.endToken : singleToken(text, params.stop);
      const room = Math.max(1, model.config.length - prompt.length + 1);
      await writeTokens(ctx, model, text, prompt, params.loops, {
        maxTokens: params.maxTokens ?? room,
        temperature: params.temperature,
        topP: params.topP,
        seed: params.samplingSeed,
        ...(params.topK !== undefined && { topK: params.topK }),
        ...(stopToken !== undefined && { stopToken }),
      });
    });
  },
});

async function writeTokens(
  ctx: CommandContext,
  { config, params }: ModelDocument,
  text: ModelText,
  prompt: readonly number[],
  loops: number | undefined,
  options: GenerationOptions,
): Promise<void> {
  const decoder = await createDecoder(params, config, loops === undefined ? {} : { loops });
  const stream = text.decodeStream();
  const written = new Written(ctx);
  try {
    for await (const [token] of streamTokens(decoder, [prompt], options)) {
      if (ctx.signal.aborted) break;
      if (ctx.json) ctx.print(JSON.stringify({ token, text: stream.push(token!) }));
      else if (token !== options.stopToken) written.add(stream.push(token!));
    }
    if (!ctx.json) written.end(stream.end());
  } finally {
    decoder.dispose();
  }
}

/** Text that is written as it comes, or line by line where only lines are taken. */
class Written {
  private line = '';

  constructor(private readonly ctx: CommandContext) {}

  add(text: string): void {
    if (this.ctx.write) return this.ctx.write(text);
    const lines = (this.line + text).split('\n');
    this.line = lines.pop()!;
    for (const line of lines) this.ctx.print(line);
  }

  end(text: string): void {
    this.add(text);
    this.ctx.print(this.line);
  }
}

function singleToken(text: ModelText, stop: string): number {
  const tokens = text.encode(stop);
  if (tokens.length === 1) return tokens[0]!;
  throw new ModelError('option', `expected a single token to stop at, given ${JSON.stringify(stop)}, which is ${tokens.length}`);
}
