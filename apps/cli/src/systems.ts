import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BadInputError, suggestion, type Study, type System } from '@sardonyx/study';

/**
 * The systems that come with Sardonyx. Each is imported only when a command needs it. A new system is one line here.
 */
const included: Readonly<Record<string, () => Promise<{ readonly system: System }>>> = {
  'close-approaches': () => import('@sardonyx/close-approaches'),
  'looped-transformers': () => import('@sardonyx/looped-transformers'),
  preconditioners: () => import('@sardonyx/preconditioners'),
};

/** The systems that the command line knows: those included, and those of modules that the user names. */
export class Systems {
  readonly #load: ReadonlyMap<string, () => Promise<System>>;

  /** The modules that the user named, so that a process started from here can be given them too. */
  readonly modules: readonly string[];

  private constructor(load: ReadonlyMap<string, () => Promise<System>>, modules: readonly string[]) {
    this.#load = load;
    this.modules = modules;
  }

  /**
   * `modules` are paths or package names; each module exports `system` or an array `systems`.
   * Throws {@link BadInputError} when one cannot be loaded or exports neither.
   */
  static async open(modules: readonly string[]): Promise<Systems> {
    const load = new Map<string, () => Promise<System>>();
    for (const [name, importSystem] of Object.entries(included)) load.set(name, async () => (await importSystem()).system);
    for (const module of modules) {
      for (const system of await importSystems(module)) load.set(system.name, () => Promise.resolve(system));
    }
    return new Systems(load, modules);
  }

  get names(): string[] {
    return [...this.#load.keys()];
  }

  has(name: string): boolean {
    return this.#load.has(name);
  }

  all(): Promise<System[]> {
    return Promise.all([...this.#load.values()].map((load) => load()));
  }

  /** Throws {@link BadInputError} with the nearest name when there is no such system. */
  async find(name: string): Promise<System> {
    const load = this.#load.get(name);
    if (load === undefined) throw new BadInputError('unknown-system', `There is no system "${name}". ${suggestion(name, this.names)}`);
    return load();
  }

  /** The study of a `<system>/<study>`. Throws {@link BadInputError} with the nearest name when there is none. */
  async study(id: string): Promise<Study> {
    const [systemName = '', studyName, ...rest] = id.split('/');
    if (studyName === undefined || studyName === '' || rest.length > 0) {
      throw new BadInputError(
        'unknown-study',
        `Cannot find the study "${id}": expected <system>/<study>. "sardonyx list" shows all of them.`,
      );
    }
    const system = await this.find(systemName);
    const study = system.studies.find((candidate) => candidate.name === studyName);
    if (study !== undefined) return study;
    const names = system.studies.map((candidate) => `${systemName}/${candidate.name}`);
    throw new BadInputError('unknown-study', `There is no study "${id}". ${suggestion(id, names)}`);
  }
}

async function importSystems(module: string): Promise<readonly System[]> {
  const isPath = module.startsWith('.') || isAbsolute(module) || existsSync(module);
  const specifier = isPath ? pathToFileURL(resolve(module)).href : module;
  let exported: { readonly system?: System; readonly systems?: readonly System[] };
  try {
    exported = (await import(specifier)) as typeof exported;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BadInputError(
      'systems-module',
      `Cannot load the systems of "${module}": ${reason}. Give --systems a path or package that Node can import.`,
      {
        cause: error,
      },
    );
  }
  const systems = exported.systems ?? (exported.system === undefined ? [] : [exported.system]);
  if (systems.length > 0) return systems;
  throw new BadInputError(
    'systems-module',
    `Cannot use the module "${module}": expected the export "system" or "systems", made with defineSystem.`,
  );
}
