/** One thread of this machine, whatever kind. */
export interface Thread {
  /** @throws where the message holds what no other thread can be given */
  post(message: unknown): void;
  /** Ends the thread at once. */
  end(): Promise<void>;
}

/** What a thread tells. */
export interface ThreadListener {
  answered(message: unknown): void;
  /** It ended without being asked to. */
  lost(how: string, cause?: Error): void;
}

/**
 * Starts a thread that loads the kernel `name` of a module and answers every message with its result.
 */
export type StartThread = (module: string, name: string, listener: ThreadListener) => Thread;

/**
 * The thread's program, as text so that it is found whatever the package was bundled with: a function of the kernel's place,
 * of how to answer and of how to listen.
 */
export const threadProgram = `({ module, name }, post, listen) => {
  const context = { pause: () => Promise.resolve() };
  const reply = (message) => {
    try {
      post(message);
    } catch (cause) {
      post({ code: 'not-transferable', cause: { name: cause.name, message: cause.message } });
    }
  };
  const loaded = import(module).then((exported) => {
    if (typeof exported[name]?.run !== 'function') throw new Error('it exports no kernel "' + name + '"');
    return exported[name];
  });
  loaded.catch(() => {});
  listen(async (shard) => {
    let kernel;
    try {
      kernel = await loaded;
    } catch (cause) {
      return reply({ code: 'kernel-missing', cause });
    }
    try {
      reply({ result: await kernel.run(shard, context) });
    } catch (cause) {
      reply({ code: 'kernel-failed', cause });
    }
  });
}`;
