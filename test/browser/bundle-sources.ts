import { type Bundle, type BundleOptions, bundlePage } from '../../bench/src/browser/bundle.js';
import { root } from '../workspace.js';

/** Bundles a page's program from the packages' sources. */
export const bundleSources = (entry: string, options: Pick<BundleOptions, 'alias'> = {}): Promise<Bundle> =>
  bundlePage(entry, { project: root, conditions: ['@sardonyx/source'], ...options });
