import { TensorError } from './errors.js';
import { Tensor } from './tensor.js';

/** Nested objects and arrays with tensors at the leaves; other leaves (numbers, strings, …) are static. */
export interface TreeStructure {
  /** Serialised form: equal strings mean equal structures, static leaves included. */
  readonly key: string;
  /** A path like `blocks[0].attention.query` for each tensor leaf. */
  readonly paths: readonly string[];
  /** Puts leaves back into the structure. */
  unflatten(leaves: readonly Tensor[]): unknown;
  /** The tensors of another tree, `undefined` where its structure is not this one. Much cheaper than `flatten`. */
  leavesOf(tree: unknown): Tensor[] | undefined;
}

/** What `flatten` knows about a part of a tree. */
interface Part {
  build(leaves: readonly Tensor[]): unknown;
  /** Appends the leaves of a part like this one; `false` where it is not like this one. */
  collect(value: unknown, leaves: Tensor[]): boolean;
}

/** Tensors of a tree in a fixed order (insertion order of keys), and the structure to put them back. */
export function flatten(tree: unknown): { leaves: Tensor[]; structure: TreeStructure } {
  const leaves: Tensor[] = [];
  const paths: string[] = [];
  const key: string[] = [];
  const seen = new Set<object>();

  const visit = (value: unknown, path: string): Part => {
    if (value instanceof Tensor) {
      const index = leaves.length;
      leaves.push(value);
      paths.push(path);
      key.push('*');
      return tensorPart(index);
    }
    if (Array.isArray(value)) {
      key.push('[');
      const parts = value.map((item, i) => visit(item, `${path}[${i}]`));
      key.push(']');
      return arrayPart(parts);
    }
    if (isPlainObject(value)) {
      if (seen.has(value)) throw new TensorError('tree', `tree: ${path || 'it'} contains itself`);
      seen.add(value);
      key.push('{');
      const parts = Object.entries(value).map(([name, item]) => {
        key.push(JSON.stringify(name), ':');
        return [name, visit(item, path ? `${path}.${name}` : name)] as const;
      });
      key.push('}');
      seen.delete(value);
      return objectPart(parts);
    }
    key.push(staticKey(value, path));
    return staticPart(value);
  };

  const root = visit(tree, '');
  const structure: TreeStructure = {
    key: key.join(','),
    paths,
    unflatten: root.build,
    leavesOf(other) {
      const found: Tensor[] = [];
      return root.collect(other, found) ? found : undefined;
    },
  };
  return { leaves, structure };
}

const tensorPart = (index: number): Part => ({
  build: (leaves) => leaves[index],
  collect: (value, leaves) => value instanceof Tensor && leaves.push(value) > 0,
});

const staticPart = (known: unknown): Part => ({
  build: () => known,
  collect: (value) => Object.is(value, known),
});

const arrayPart = (parts: readonly Part[]): Part => ({
  build: (leaves) => parts.map((part) => part.build(leaves)),
  collect(value, leaves) {
    if (!Array.isArray(value) || value.length !== parts.length) return false;
    for (let i = 0; i < parts.length; i++) if (!parts[i]!.collect(value[i], leaves)) return false;
    return true;
  },
});

const objectPart = (parts: readonly (readonly [string, Part])[]): Part => ({
  build: (leaves) => Object.fromEntries(parts.map(([name, part]) => [name, part.build(leaves)])),
  collect(value, leaves) {
    if (!isPlainObject(value)) return false;
    const names = Object.keys(value);
    if (names.length !== parts.length) return false;
    for (let i = 0; i < parts.length; i++) {
      const [name, part] = parts[i]!;
      if (names[i] !== name || !part.collect(value[name], leaves)) return false;
    }
    return true;
  },
});

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function staticKey(value: unknown, path: string): string {
  switch (typeof value) {
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'boolean':
    case 'undefined':
    case 'bigint':
      return String(value);
    case 'string':
      return JSON.stringify(value);
    default:
      if (value === null) return 'null';
      throw new TensorError(
        'tree',
        `tree: ${path || 'it'} is ${typeof value === 'function' ? 'a function' : 'an object of a class'}; expected tensors, plain objects, arrays, numbers, strings, booleans or null`,
      );
  }
}

/** Tensors of a tree, in the order of `flatten`. */
export const treeLeaves = (tree: unknown): Tensor[] => flatten(tree).leaves;

/** The same tree with every tensor replaced. `f` also gets the leaf's path and the matching leaves of `others`. */
export function treeMap<T>(f: (leaf: Tensor, path: string, ...others: Tensor[]) => Tensor, tree: T, ...others: unknown[]): T {
  const { leaves, structure } = flatten(tree);
  const rest = others.map((other) => {
    const flat = flatten(other);
    if (flat.leaves.length !== leaves.length) {
      throw new TensorError(
        'tree',
        `treeMap: trees differ: one has ${leaves.length} tensors (${structure.paths.slice(0, 3).join(', ')}…), another ${flat.leaves.length}`,
      );
    }
    return flat.leaves;
  });
  return structure.unflatten(leaves.map((leaf, i) => f(leaf, structure.paths[i]!, ...rest.map((r) => r[i]!)))) as T;
}
