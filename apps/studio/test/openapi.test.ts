import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { studyDetail, systemSummary } from '../src/api/index.js';
import { openStudio, refusal } from './demo-studio.js';

describe('the interface', () => {
  it('describes itself as OpenAPI', async () => {
    const { studio } = await openStudio();
    const response = await fetch(new URL('/api/openapi.json', studio.url));
    const document = (await response.json()) as { info: { version: string } };
    document.info.version = '(the version of the package)';
    await expect(JSON.stringify(document, null, 2)).toMatchFileSnapshot('fixtures/openapi.json');
  });

  it('answers what there is not with words', async () => {
    const studio = await openStudio();
    expect(await refusal(await fetch(studio.url('/api/nothing')))).toMatchObject({ status: 404, error: { code: 'no-route' } });
    expect(await refusal(await studio.post('/api/systems'))).toMatchObject({ status: 404, error: { code: 'no-route' } });
    const series = await refusal(await fetch(studio.url('/api/runs/demo/walk/none/metrics/loss')));
    expect(series).toMatchObject({ status: 404, error: { code: 'not-a-run' } });
  });
});

describe('systems', () => {
  it('are the ten of the plan in their order, then those of others', async () => {
    const studio = await openStudio();
    const systems = await studio.get('/api/systems', z.array(systemSummary));
    expect(systems.map(({ name, paper, isBuilt }) => `${name} ${paper.arxiv} ${isBuilt}`)).toEqual([
      'preconditioners 2503.10537 false',
      'cot-learning 2503.07932 false',
      'weak-to-strong 2503.02877 false',
      'looped-transformers 2502.17416 false',
      'ads-distillation 2502.17494 false',
      'close-approaches 2502.13489 false',
      'segmentation 2502.14014 false',
      'edge-llm 2502.15803 false',
      'cooperative-agents 2502.10148 false',
      'tpc-positions 2502.07317 false',
      'demo 0000.00000 true',
    ]);
    expect(systems.at(-1)!.studies.map(({ id }) => id)).toEqual(['demo/walk', 'demo/stubborn']);
  });

  it('that are built take the place that was planned for them', async () => {
    const { catalogue } = await import('./demo-studio.js');
    const [system] = await catalogue.all();
    const built = { ...catalogue, all: async () => [{ ...system!, name: 'segmentation' }] };
    const studio = await openStudio({ systems: built });
    const systems = await studio.get('/api/systems', z.array(systemSummary));
    expect(systems).toHaveLength(10);
    expect(systems[6]).toMatchObject({ name: 'segmentation', title: 'Demonstration', isBuilt: true });
  });

  it('have studies with all that a form needs', async () => {
    const studio = await openStudio();
    const study = await studio.get('/api/studies/demo/walk', studyDetail);
    expect(study.parameters.find(({ name }) => name === 'pull')).toEqual({
      name: 'pull',
      description: 'how strongly the walk is drawn to zero',
      kind: 'number',
      accepts: 'number from -1 to 1',
      schema: { type: 'number', minimum: -1, maximum: 1, default: 0.01, description: 'how strongly the walk is drawn to zero' },
    });
    expect(study.presets.standard).toEqual({ params: expect.objectContaining({ steps: 400, saveEvery: 20 }), cost: { seconds: 0.04 } });
    expect(study.figures).toEqual([expect.objectContaining({ name: 'path', table: 'path' })]);
    expect(study.expect).toEqual([{ name: 'end', paper: 0, claim: 'within 100 of zero' }]);
    expect(await refusal(await fetch(studio.url('/api/studies/demo/none')))).toMatchObject({
      status: 404,
      error: { code: 'unknown-study' },
    });
  });
});
