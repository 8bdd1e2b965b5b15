/* Parameters as text: what flags and the fields of forms have in common. Free of Node modules, for pages too. */

/** The part of JSON Schema that a flag or a field can express. */
export interface ValueSchema {
  readonly type?: string;
  /** `file` or `folder` of a path that a run reads. */
  readonly format?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly enum?: readonly (string | number)[];
  readonly const?: string | number;
  readonly items?: ValueSchema | false;
  readonly prefixItems?: readonly ValueSchema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
}

/** The flag of a parameter, without dashes: `batch-size` of `batchSize`. */
export function flagOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).replace(/^-/, '');
}

/** The value that a text stands for, lists with commas; undefined where it stands for none. Ranges are not checked. */
export function valueOfText(schema: ValueSchema, text: string): unknown {
  if (schema.enum !== undefined) return schema.enum.find((choice) => String(choice) === text);
  switch (schema.type) {
    case 'integer':
    case 'number':
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : undefined;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case 'array': {
      const values = listItems(text).map((item, index) => {
        const itemSchema = itemSchemaAt(schema, index);
        return itemSchema === undefined ? undefined : valueOfText(itemSchema, item);
      });
      return values.includes(undefined) ? undefined : values;
    }
    default:
      return text;
  }
}

/** The items of a list's text. */
export function listItems(text: string): string[] {
  return text.trim() === '' ? [] : text.split(',').map((item) => item.trim());
}

/** What the item at an index of a list may be; undefined past the end of a list of fixed length. */
export function itemSchemaAt(schema: ValueSchema, index: number): ValueSchema | undefined {
  if (schema.prefixItems !== undefined) return schema.prefixItems[index];
  return schema.items === false ? undefined : schema.items;
}

/** `an integer from 1 to 64`, `a number`; phrases that stand by themselves stay. */
export function withArticle(phrase: string): string {
  if (phrase.startsWith('one of') || phrase.startsWith('true') || phrase === 'text') return phrase;
  return /^[aeiou]/.test(phrase) ? `an ${phrase}` : `a ${phrase}`;
}
