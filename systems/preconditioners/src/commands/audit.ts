import { RandomStream } from '@sardonyx/data';
import { add, addToDiagonal, closeUnderProducts, type Matrix, matrix, maximumNorm, symmetricRankUpdate } from '@sardonyx/linalg';
import { defineCommand, readJsonFile } from '@sardonyx/study';
import { z } from 'zod';
import { linearSpaceSet } from '../algebra/algebra-set.js';
import { auditMembership, type MembershipAudit } from '../algebra/membership.js';
import { monotonicityGap } from '../ill-structured.js';
import { type PreconditionerSet, storedNumbers } from '../preconditioner-set.js';
import { denseElement, structuredRoot } from '../preconditioner.js';
import { asBadInput } from './bad-input.js';
import { describedSet, matricesOf, setDescription } from './set-description.js';

/** The least eigenvalue of `P(M′) − P(M)` over random pairs `M ⪯ M′`, relative to the largest element. */
function leastGap(set: PreconditionerSet, pairs: number): number {
  const stream = new RandomStream(0, 'audit');
  const n = set.dimension;
  const normals = (rows: number, columns: number): Matrix =>
    matrix(
      rows,
      columns,
      Float64Array.from({ length: rows * columns }, () => stream.normal()),
    );
  const root = (m: Matrix): Matrix => denseElement(set, structuredRoot(set, m, {}, 1e-12).element());
  let least = Infinity;
  for (let pair = 0; pair < pairs; pair++) {
    const smaller = addToDiagonal(symmetricRankUpdate(normals(n, n)), 1e-3);
    const larger = root(add(smaller, symmetricRankUpdate(normals(n, 1)), 1, 10 ** (4 * stream.uniform() - 2)));
    least = Math.min(least, monotonicityGap(root(smaller), larger) / maximumNorm(larger));
  }
  return least;
}

function lines(audit: MembershipAudit | undefined, set: PreconditionerSet, gap: number): string[] {
  const yes = (value: boolean): string => (value ? 'yes' : 'no');
  const membership =
    audit === undefined
      ? []
      : [
          `order                      ${audit.order}`,
          `dimension of the span      ${audit.dimension}`,
          `holds the identity         ${yes(audit.containsIdentity)}${audit.containsIdentity ? '' : `, residual ${audit.identityResidual.toExponential(2)}`}`,
          `closed under products      ${yes(audit.closedUnderProducts)}${
            audit.worstProduct === undefined
              ? ''
              : `: generator ${audit.worstProduct.first} times generator ${audit.worstProduct.second} lies outside, residual ${audit.worstProduct.residual.toExponential(2)}`
          }`,
          `closed under transposition ${yes(audit.closedUnderTransposition)}`,
        ];
  return [
    `set                        ${set.name}`,
    ...membership,
    `well structured            ${set.wellStructured ? 'yes' : 'no: bounds do not apply'}`,
    `parameters                 ${set.dimension}`,
    `numbers stored             ${storedNumbers(set)}`,
    `least monotonicity gap     ${gap.toExponential(2)}`,
  ];
}

/** Whether a set of preconditioners is well structured, and what fails where it is not. */
export const audit = defineCommand({
  name: 'audit',
  summary: 'whether a set is an algebra, which pair of generators breaks it, and whether its roots are monotone',
  arguments: [{ name: 'file', summary: 'algebra.json: {"kind": "left", "rows": 3, "columns": 4}, or "custom" with generators' }],
  examples: ['audit algebra.json', 'audit algebra.json --pairs 1000 --json'],
  params: z.object({ pairs: z.int().min(0).max(100_000).default(50).describe('random pairs M ⪯ M′ to try') }),
  async run(ctx, { pairs }) {
    const description = await readJsonFile(ctx.arguments[0]!, setDescription);
    const { membership, set } = asBadInput(ctx.arguments[0]!, () => {
      if (description.kind !== 'custom') return { membership: undefined, set: describedSet(description) };
      const generators = matricesOf(description.generators);
      const membership = auditMembership(description.closure ? closeUnderProducts(generators).basis : generators);
      return { membership, set: membership.wellStructured ? describedSet(description) : linearSpaceSet(generators) };
    });
    const gap = leastGap(set, pairs);
    if (ctx.json) {
      ctx.print(
        JSON.stringify({
          set: set.name,
          wellStructured: set.wellStructured,
          parameters: set.dimension,
          stored: storedNumbers(set),
          gap,
          audit: membership ?? null,
        }),
      );
      return;
    }
    for (const line of lines(membership, set, gap)) ctx.print(line);
  },
});
