import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { PlanetName } from '@sardonyx/close-approaches/mechanics';
import { type BodyFilter, passing } from './data/body-filter.js';
import type { Colouring } from './data/body-tints.js';
import type { CloseApproachRow } from './data/close-approach.js';
import type { DroppedContent } from './data/dropped-file.js';
import type { Catalogue } from './data/elements-table.js';
import { metPlanets } from './data/met-planets.js';
import type { RunArchive } from './data/run-archive.js';

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
  /** The archive that the bodies are from; undefined where they are from elsewhere. */
  readonly archive = signal<RunArchive | undefined>(undefined);
  /** Place of the snapshot that is shown among those of the archive. */
  readonly snapshot = signal(0);
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
  /** The close approach that is replayed; the nearest of the chosen planet where it is none of its. */
  readonly replayed = signal<CloseApproachRow | undefined>(undefined);
  /** 1 for each body that passes the filter. */
  readonly mask: ReadonlySignal<Uint8Array> = computed(() => {
    const table = this.catalogue.value?.table;
    return table === undefined ? new Uint8Array() : passing(table, this.filter.value);
  });
  /** The innermost planet that each body meets, as {@link metPlanets} tells; undefined where bodies and approaches are not of one run. */
  readonly met: ReadonlySignal<Uint8Array | undefined> = computed(() => {
    const { value: catalogue } = this.catalogue;
    if (catalogue === undefined || this.archive.value === undefined) return undefined;
    return metPlanets(catalogue, this.approaches.value?.rows ?? []);
  });

  showCatalogue(catalogue: Catalogue): void {
    batch(() => {
      this.selected.value = undefined;
      this.listed.value = [];
      this.archive.value = undefined;
      if (this.colouring.peek() === 'planet met') this.colouring.value = 'orbit class';
      this.catalogue.value = catalogue;
    });
  }

  showApproaches(approaches: ApproachSet): void {
    batch(() => {
      this.replayed.value = undefined;
      this.approaches.value = approaches;
    });
  }

  show(content: DroppedContent): void {
    if (content.kind === 'catalogue') this.showCatalogue(content.catalogue);
    else this.showApproaches({ title: content.title, rows: content.rows });
  }

  /**
   * Shows what a run has recorded. Read again, the run keeps what was chosen in it; its last snapshot is shown unless another was chosen.
   * @throws {ArchiveError} where the snapshot is damaged
   */
  showArchive(archive: RunArchive): void {
    const before = this.archive.peek();
    const isSame = before?.run === archive.run;
    const wasLast = before === undefined || this.snapshot.peek() === before.snapshots.length - 1;
    const index = isSame && !wasLast ? this.snapshot.peek() : archive.snapshots.length - 1;
    const catalogue = archive.catalogueAt(index);
    batch(() => {
      if (!isSame) {
        this.colouring.value = 'planet met';
        this.selected.value = undefined;
        this.replayed.value = undefined;
      }
      this.archive.value = archive;
      this.approaches.value = { title: archive.run, rows: archive.approaches };
      this.#showSnapshot(index, catalogue);
    });
  }

  /**
   * Shows the bodies at a snapshot of the archive, and the time of it.
   * @throws {ArchiveError} where the snapshot is damaged
   */
  showSnapshot(index: number): void {
    const catalogue = this.archive.peek()?.catalogueAt(index);
    if (catalogue !== undefined) batch(() => this.#showSnapshot(index, catalogue));
  }

  #showSnapshot(index: number, catalogue: Catalogue): void {
    const selected = this.selected.peek();
    const particle = selected === undefined ? undefined : this.catalogue.peek()?.particles?.[selected];
    const row = particle === undefined ? -1 : (catalogue.particles?.indexOf(particle) ?? -1);
    this.listed.value = [];
    this.selected.value = row < 0 ? undefined : row;
    this.snapshot.value = index;
    this.catalogue.value = catalogue;
    if (catalogue.jd !== undefined) this.jd.value = catalogue.jd;
  }
}
