import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publishablePackages, root } from './workspace.js';

/** What `npm pack --json` says of one package. */
export interface Tarball {
  readonly name: string;
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

export interface Output {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * An empty project into which the packed packages were installed, as a user gets them. Libraries of others come from the
 * workspace's own `node_modules`, so nothing is downloaded; only those that a package declares are there.
 */
export class PackedProject {
  private constructor(
    readonly folder: string,
    readonly tarballs: readonly Tarball[],
  ) {}

  static create(): PackedProject {
    const folder = mkdtempSync(join(tmpdir(), 'sardonyx-packed-'));
    mkdirSync(join(folder, 'tarballs'));
    const packages = publishablePackages();
    const workspaces = packages.flatMap((each) => ['--workspace', each.folder]);
    const listing = npm(['pack', '--json', '--pack-destination', join(folder, 'tarballs'), ...workspaces], root, folder);
    const tarballs = JSON.parse(listing) as Tarball[];

    const ours = Object.fromEntries(tarballs.map(({ name, filename }) => [name, `file:tarballs/${filename}`]));
    const fromWorkspace = (names: readonly string[]) =>
      Object.fromEntries(names.filter((name) => !(name in ours)).map((name) => [name, `file:${join(root, 'node_modules', name)}`]));
    const theirs = fromWorkspace(packages.flatMap(({ manifest }) => Object.keys(manifest.dependencies ?? {})));
    // What pages need beside the packages, as their users install it.
    const peers = fromWorkspace(packages.flatMap(({ manifest }) => Object.keys(manifest.peerDependencies ?? {})));
    const dependencies = { ...ours, ...peers };
    const manifest = { name: 'consumer', private: true, type: 'module', dependencies, overrides: { ...theirs, ...ours } };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
    npm(['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund'], folder, folder);
    return new PackedProject(folder, tarballs);
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  /** Runs a program in the project's folder. */
  run(command: string, args: readonly string[]): Output {
    const { status, stdout, stderr, error } = spawnSync(command, args, {
      cwd: this.folder,
      encoding: 'utf8',
      env: environment(this.folder),
      shell: isShellNeeded(command),
    });
    if (error !== undefined) throw error;
    return { code: status, stdout, stderr };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function npm(args: readonly string[], cwd: string, folder: string): string {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', env: environment(folder), shell: isShellNeeded('npm') });
}

/** On Windows npm's commands are scripts of the shell. */
function isShellNeeded(command: string): boolean {
  return process.platform === 'win32' && command !== process.execPath;
}

/** This process's environment without what npm and vitest put there, and with no settings of the user's. */
function environment(folder: string): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(npm_|vitest|node_options|node_env)/i.test(name));
  return {
    ...Object.fromEntries(inherited),
    npm_config_userconfig: join(folder, '.npmrc'),
    npm_config_update_notifier: 'false',
    NO_COLOR: '1',
  };
}
