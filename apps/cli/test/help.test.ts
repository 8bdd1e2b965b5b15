import { describe, expect, it } from 'vitest';
import { sardonyx } from './sardonyx.js';

async function out(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await sardonyx(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

describe('help', () => {
  it('of the whole', async () => {
    expect(await out('--help')).toMatchInlineSnapshot(`
      "Usage: sardonyx [options] [command]

      Sardonyx: a TypeScript laboratory for learning and simulation.

      Options:
        --version                     print the version
        --cite                        print the papers that the systems reproduce, as BibTeX
        --systems <module>            also use the systems of this module: a path or a package (or
                                      SARDONYX_SYSTEMS, comma-separated)
        --debug                       print stack traces (or SARDONYX_DEBUG=1)
        -h, --help                    print this help

      Commands:
        list [options]                list systems and studies
        run [options] <system/study>  run a study
        resume [options] <run>        go on with a run that was interrupted, killed or failed
        runs                          list, show, remove or export runs
        studio [options]              start, watch and read runs on a page
        doctor [options]              check this machine
        bench <name> [arguments...]   run a side-by-side measurement

      Examples:
        sardonyx list                                      what there is to run
        sardonyx run looped-transformers/addition          run a study, small enough for two minutes
        sardonyx run looped-transformers/addition --help   its parameters
        sardonyx runs ls                                   what has been run here
        sardonyx studio                                    the same on a page

      A system's own commands: sardonyx <system> --help.
      "
    `);
    expect(await out()).toBe(await out('--help'));
  });

  it('of run, with the parameters of the study', async () => {
    expect(await out('run', 'demo/quadratic', '--help')).toMatchInlineSnapshot(`
      "Usage: sardonyx run [options] <system/study>

      Gradient descent with noise on a quadratic

      the loss settles where the noise and the step size balance (arXiv:0000.00000, Section 2)

      Arguments:
        system/study                   the study, as "sardonyx list" shows it

      Options:
        --preset <name>                size of the run: quick, standard or paper (default: "quick")
        --seed <integer>               seed of every random choice (default: "0")
        --workers <integer>            worker threads (default: one per core); does not change results
        --params <json>                parameters as one JSON object, by their names; flags count over it
        --checkpoint-seconds <number>  time between checkpoints (default: 30, or more where saving is
                                       slow)
        --out <folder>                 where to write the run (default:
                                       runs/<system>/<study>/<date-time>-<preset>-s<seed>)
        --dry-run                      print parameters and cost, write nothing
        --json                         print one JSON object a line
        -h, --help                     print this help

      Parameters:
        --steps <integer>              steps of gradient descent (integer from 1 to 1000000; default: 400)
        --dimension <integer>          number of coordinates (integer from 1 to 64; default: 4)
        --learning-rate <number>       step size (number above 0 and below 2; default: 0.1)
        --noise <number>               standard deviation of the gradient noise (number of at least 0;
                                       default: 0.1)
        --schedule <choice>            how the step size changes (one of constant, linear; default:
                                       constant)
        --average <boolean>            average the last half of the losses (true or false; default: true)
        --curvatures <list>            eigenvalues, repeated over the coordinates (comma-separated list,
                                       each number above 0; default: 1)
        --save-every <integer>         steps between checkpoints (integer of at least 1; default: 20)
        --delay <number>               pause after each step, ms (number from 0 to 1000; default: 0)
        --tolerance <number>           relative tolerance of the expectation (number of at least 0;
                                       default: 0.3)
        --fail-at <integer>            step at which to throw; 0 for never (integer of at least 0;
                                       default: 0)

      Examples:
        sardonyx run demo/quadratic
        sardonyx run demo/quadratic --preset standard --seed 7
        sardonyx run demo/quadratic --preset paper --dry-run

      Exit codes: 0 done and every expectation holds, 3 done but one fails, 2 wrong usage, 1 failure, 130 interrupted.
      "
    `);
  });

  it.each([
    ['run'],
    ['resume'],
    ['runs'],
    ['runs', 'ls'],
    ['runs', 'show'],
    ['runs', 'rm'],
    ['runs', 'export'],
    ['doctor'],
    ['bench'],
    ['list'],
    ['demo'],
    ['demo', 'square'],
  ])('of %s %s begins with its usage', async (...command) => {
    const help = await out(...command, '--help');
    expect(help).toMatch(new RegExp(`^Usage: sardonyx ${command.join(' ')}[ |]`));
    // A group of commands is shown by theirs.
    if (command[0] !== 'runs' || command.length > 1) expect(help).toContain(`\nExamples:\n  sardonyx `);
  });

  it("of a system's command ends with its examples", async () => {
    expect(await out('demo', 'square', '--help')).toMatchInlineSnapshot(`
      "Usage: sardonyx demo square|second-power [options] <numbers...>

      squares numbers

      Arguments:
        numbers           what to square

      Options:
        --json            print one JSON object a line
        --scale <number>  factor of each result (number of at least 0; default: 1)
        -h, --help        print this help

      Examples:
        sardonyx demo square 3 4
        sardonyx demo square 3 --scale 2
      "
    `);
  });
});

describe('list', () => {
  it('shows systems, studies and commands, one line each', async () => {
    expect(await out('list')).toContain(
      [
        'demo  a small system for tests (arXiv:0000.00000)',
        '  demo/quadratic  the loss settles where the noise and the step size balance',
        '  demo/spin       counts until it is interrupted',
        '  demo square     squares numbers',
        '',
      ].join('\n'),
    );
  });

  it('is one JSON object a line with --json', async () => {
    const systems = (await out('list', '--json'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { name: string });
    expect(systems.map(({ name }) => name)).toEqual(['close-approaches', 'looped-transformers', 'preconditioners', 'demo']);
    expect(systems[3]).toMatchInlineSnapshot(`
      {
        "arxiv": "0000.00000",
        "commands": [
          {
            "name": "square",
            "summary": "squares numbers",
          },
          {
            "name": "wait",
            "summary": "does nothing until it is interrupted",
          },
        ],
        "name": "demo",
        "studies": [
          {
            "arxiv": "0000.00000",
            "name": "quadratic",
            "summary": "the loss settles where the noise and the step size balance",
            "title": "Gradient descent with noise on a quadratic",
            "where": "Section 2",
          },
          {
            "arxiv": "0000.00000",
            "name": "spin",
            "summary": "counts until it is interrupted",
            "title": "A loop that awaits nothing but the event loop",
            "where": null,
          },
        ],
        "summary": "a small system for tests",
        "title": "Demonstration",
        "type": "system",
      }
    `);
  });
});

describe('--version and --cite', () => {
  it('print the version and the papers', async () => {
    expect(await out('--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(await out('--cite')).toContain(
      '@misc{looped-transformers,\n  title = {Reasoning with Latent Thoughts: On the Power of Looped Transformers},',
    );
  });
});

describe("a system's own command", () => {
  it('takes arguments and parameters', async () => {
    expect(await out('demo', 'square', '3', '4', '--scale', '2')).toBe('18\n32\n');
    expect(await out('demo', 'square', '3', '--json')).toBe('{"square":9}\n');
  });

  it('answers to its other names', async () => {
    expect(await out('demo', 'second-power', '3')).toBe('9\n');
    expect(await out('looped-transformers', 'evaluate', '--help')).toBe(await out('looped-transformers', 'eval', '--help'));
  });

  it('shows the studies when none is given', async () => {
    const { code, stderr } = await sardonyx(['demo']);
    expect(code).toBe(2);
    expect(stderr).toContain('sardonyx run demo/quadratic');
  });
});
