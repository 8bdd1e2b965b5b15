import { applyOne, type Op } from '../core/op.js';
import type { Tensor } from '../core/tensor.js';
import type { ConvAttributes } from './convolution-geometry.js';
import { moveAxis, reshape } from './structure.js';

/*
 * Batching without loops. With channels split into groups, x is [N, G, I, …], w [G, O, I, …] and y [N, G, O, …]: every
 * one of these four letters is an axis of exactly the tensors below, so a batch that is an axis of certain tensors
 * becomes part of the letter those tensors share.
 */

/** The three tensors of a convolution: input, kernel, output. */
export type Role = 'x' | 'w' | 'y';

const letters = {
  x: ['N', 'G', 'I'],
  w: ['G', 'O', 'I'],
  y: ['N', 'G', 'O'],
} as const satisfies Record<Role, readonly string[]>;

type Letter = 'N' | 'G' | 'I' | 'O';

/** Axes that are two letters in one: channels of images, kernels. */
const joined = { x: 1, w: 0, y: 1 } as const satisfies Record<Role, number>;

/** A convolution operator over a batch of one or both of its inputs. */
export function overBatch<A extends ConvAttributes>(
  op: Op<A>,
  roles: readonly [Role, Role],
  result: Role,
  inputs: readonly Tensor[],
  batched: readonly boolean[],
  attributes: A,
): Tensor {
  const size = inputs[batched.indexOf(true)]!.shape[0]!;
  const carriers = [...roles.filter((_, i) => batched[i]), result];
  const letter = letterOf(carriers);
  const merged = inputs.map((x, i) => (batched[i] ? merge(x, roles[i]!, letter, attributes.groups) : x));
  const groups = letter === 'G' ? size * attributes.groups : attributes.groups;
  return split(applyOne(op, merged, { ...attributes, groups }), result, letter, size, attributes.groups);
}

function letterOf(carriers: readonly Role[]): Letter {
  const roles: readonly Role[] = ['x', 'w', 'y'];
  return (['N', 'G', 'I', 'O'] as const).find((letter) =>
    roles.every((role) => (letters[role] as readonly Letter[]).includes(letter) === carriers.includes(role)),
  )!;
}

/** [B, 4 axes] with the batch made part of a letter. */
function merge(x: Tensor, role: Role, letter: Letter, groups: number): Tensor {
  const [batch, ...shape] = x.shape;
  const apart = separate(shape, role, groups);
  const position = (letters[role] as readonly Letter[]).indexOf(letter);
  const moved = moveAxis(reshape(x, [batch!, ...apart]), 0, position);
  return reshape(moved, join(apart.with(position, batch! * apart[position]!), role));
}

/** The inverse of `merge`. */
function split(x: Tensor, role: Role, letter: Letter, batch: number, groups: number): Tensor {
  const apart = separate(x.shape, role, letter === 'G' ? groups * batch : groups);
  const position = (letters[role] as readonly Letter[]).indexOf(letter);
  const example = apart.with(position, apart[position]! / batch);
  const divided = [...example.slice(0, position), batch, ...example.slice(position)];
  return reshape(moveAxis(reshape(x, divided), position, 0), [batch, ...join(example, role)]);
}

/** Four axes as five, one a letter. */
function separate(shape: readonly number[], role: Role, groups: number): number[] {
  const axis = joined[role];
  return [...shape.slice(0, axis), groups, shape[axis]! / groups, ...shape.slice(axis + 1)];
}

/** Five axes as four. */
function join(apart: readonly number[], role: Role): number[] {
  const axis = joined[role];
  return [...apart.slice(0, axis), apart[axis]! * apart[axis + 1]!, ...apart.slice(axis + 2)];
}
