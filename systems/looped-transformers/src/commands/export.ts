import { stat } from 'node:fs/promises';
import { BadInputError, defineCommand } from '@sardonyx/study';
import { writeOnnxFile } from '@sardonyx/tensor';
import { z } from 'zod';
import { refusingBadInput } from '../bad-input.js';
import { exportModel } from '../model/onnx-export.js';
import { modelArgument, readModel } from './model-argument.js';

/** What stands in the way of a file, by the system's code. */
const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'what should be its folder is a file',
  EISDIR: 'it is a folder',
  EACCES: 'its folder may not be written to',
  EROFS: 'its folder may not be written to',
  ENOSPC: 'the disk is full',
};

/** A trained model as an ONNX file. */
export const exportCommand = defineCommand({
  name: 'export',
  summary: 'writes a trained model as an ONNX file',
  arguments: [modelArgument],
  examples: [
    'export trained/model --onnx model.onnx',
    'export trained/model --onnx model.onnx --loops 8 --batch 1',
    'export trained/model --onnx model.onnx --loop-operator true',
  ],
  params: z.object({
    onnx: z.string().default('').describe('file to write'),
    batch: z.int().min(1).optional().describe('sequences in a batch; any by default'),
    length: z.int().min(1).optional().describe('positions of a sequence; any by default'),
    loops: z.number().optional().describe('loops to unroll; as trained by default'),
    loopOperator: z.boolean().default(false).describe('write the block once, in a Loop whose number of turns is an input'),
  }),
  async run(ctx, { onnx, batch, length, loops, loopOperator }) {
    if (onnx === '') {
      const example = `sardonyx looped-transformers export ${ctx.arguments[0]} --onnx model.onnx`;
      throw new BadInputError('output', `Cannot export: expected a file to write, given none; name one, as in: ${example}.`);
    }
    const { params, config } = await readModel(ctx.arguments[0]!);
    const sizes = { ...(batch !== undefined && { batch }), ...(length !== undefined && { length }), ...(loops !== undefined && { loops }) };
    const model = await refusingBadInput(() => exportModel(params, config, { ...sizes, loopOperator }));
    await writeOnnxFile(onnx, model).catch((cause: unknown) => {
      if (!(cause instanceof Error && 'code' in cause)) throw cause;
      throw new BadInputError('output', `Cannot write "${onnx}": ${reasons[String(cause.code)] ?? cause.message}; give another file.`, {
        cause,
      });
    });
    const { size: bytes } = await stat(onnx);
    const { inputs, outputs, nodes } = model.graph;
    if (ctx.json) return ctx.print(JSON.stringify({ file: onnx, bytes, nodes: nodes.length, inputs, outputs }));
    const shown = [...inputs, ...outputs].map(({ name, elementType, shape }) => `${name} ${elementType}[${shape!.join(', ')}]`);
    ctx.print(`${onnx}: ${bytes} bytes, ${nodes.length} nodes, ${shown.join(', ')}`);
  },
});
