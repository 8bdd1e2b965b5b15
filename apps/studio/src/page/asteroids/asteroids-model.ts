import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { PlanetName } from '@sardonyx/close-approaches/mechanics';
import { type BodyFilter, passing } from './data/body-filter.js';
import type { Colouring } from './data/body-tints.js';
import type { CloseApproachRow } from './data/close-approach.js';
import type { DroppedContent } from './data/dropped-file.js';
import type { Catalogue } from './data/elements-table.js';

/** Days between the midnight of 1 January 1970, in JD, and the page's clock at its start; TDB and UTC differ by a minute. */
const unixEpoch = 2_440_587.5;

/** Close approaches and where they come from. */
export interface ApproachSet {
  readonly title: string;
  readonly rows: readonly CloseApproachRow[];
}

/** What the views of asteroids show and share. */
export class AsteroidsModel {
  readonly catalogue = signal<Catalogue | undefined>(undefined);
  readonly approaches = signal<ApproachSet | undefined>(undefined);
  /** The time of the scene, JD (TDB). */
  readonly jd = signal(unixEpoch + Date.now() / 86_400_000);
  readonly isPlaying = signal(false);
  /** Days of the scene in a second of the reader. */
  readonly speed = signal(30);
  readonly filter = signal<BodyFilter>({});
  readonly colouring = signal<Colouring>('orbit class');
  readonly followed = signal<PlanetName | undefined>(undefined);
  readonly selected = signal<number | undefined>(undefined);
  /** Whether the orbits of the listed bodies are drawn. */
  readonly showsListedOrbits = signal(false);
  readonly listed = signal<readonly number[]>([]);
  /** Whether the scene has shown bodies: what takes long waits for it. */
  readonly isSceneDrawn = signal(false);
  /** Place of the close approach that is replayed among the rows. */
  readonly replayed = signal(0);
  /** 1 for each body that passes the filter. */
  readonly mask: ReadonlySignal<Uint8Array> = computed(() => {
    const table = this.catalogue.value?.table;
    return table === undefined ? new Uint8Array() : passing(table, this.filter.value);
  });

  showCatalogue(catalogue: Catalogue): void {
    batch(() => {
      this.selected.value = undefined;
      this.listed.value = [];
      this.catalogue.value = catalogue;
    });
  }

  showApproaches(approaches: ApproachSet): void {
    batch(() => {
      this.replayed.value = 0;
      this.approaches.value = approaches;
    });
  }

  show(content: DroppedContent): void {
    if (content.kind === 'catalogue') this.showCatalogue(content.catalogue);
    else this.showApproaches({ title: content.title, rows: content.rows });
  }
}
