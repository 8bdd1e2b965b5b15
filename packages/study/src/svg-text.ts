import { escapeXml } from './markup.js';

/** What of a DOM node an XML text needs; browsers' nodes have it and those of DOMs for Node. */
interface MarkupNode {
  readonly nodeType: number;
  /** Of elements. */
  readonly localName?: string;
  readonly nodeValue: string | null;
  readonly childNodes: ArrayLike<MarkupNode>;
  readonly attributes?: ArrayLike<{ readonly name: string; readonly value: string }>;
}

/**
 * A tree of SVG elements as XML: the same text from every DOM. `outerHTML` is HTML, which a browser writes with
 * entities and unclosed elements that an SVG file may not have.
 */
export function svgText(node: MarkupNode): string {
  if (node.nodeType === 3) return escapeXml(node.nodeValue ?? '');
  if (node.nodeType !== 1) return '';
  // DOMs keep attributes in different orders.
  const attributes = Array.from(node.attributes ?? [], ({ name, value }) => ` ${name}="${escapeXml(value)}"`).sort();
  const children = Array.from(node.childNodes, svgText).join('');
  const start = `<${node.localName}${attributes.join('')}`;
  return children === '' ? `${start}/>` : `${start}>${children}</${node.localName}>`;
}
