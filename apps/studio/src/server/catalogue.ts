import {
  describeParameters,
  type Paper as StudyPaper,
  paperOf,
  presetNames,
  resolveParameters,
  type Study,
  type System,
} from '@sardonyx/study';
import type { Paper, StudyDetail, StudySummary, SystemSummary } from '../api/index.js';
import { plannedSystems } from './planned-systems.js';

/** The systems that the server offers. */
export interface SystemCatalogue {
  all(): Promise<readonly System[]>;
  /** The study of a `<system>/<study>`. Throws `BadInputError` (`unknown-system`, `unknown-study`) when there is none. */
  study(id: string): Promise<Study>;
}

/** All systems: those planned and those of the catalogue, in the order of the plan; then what the catalogue has besides. */
export async function describeSystems(catalogue: SystemCatalogue): Promise<SystemSummary[]> {
  const built = await catalogue.all();
  const names = plannedSystems.map(({ name }) => name);
  const inOrder = plannedSystems.map((plan) => {
    const system = built.find(({ name }) => name === plan.name);
    return system === undefined ? { ...plan, isBuilt: false, studies: [] } : describeSystem(system);
  });
  return [...inOrder, ...built.filter(({ name }) => !names.includes(name)).map(describeSystem)];
}

function describeSystem(system: System): SystemSummary {
  const { name, title, summary, studies } = system;
  return {
    name,
    title,
    summary,
    paper: describePaper(paperOf(system)),
    isBuilt: true,
    studies: studies.map((study) => describeStudySummary(name, study)),
  };
}

function describeStudySummary(system: string, { name, title, summary, paper }: Study): StudySummary {
  return { id: `${system}/${name}`, title, summary, paper: describePaper(paper) };
}

function describePaper({ arxiv, where, title, authors, year }: StudyPaper): Paper {
  return {
    arxiv,
    ...(where === undefined ? {} : { where }),
    ...(title === undefined ? {} : { title }),
    ...(authors === undefined ? {} : { authors }),
    ...(year === undefined ? {} : { year }),
  };
}

/** What the page needs of a study to offer it and to draw its runs. */
export function describeStudy(system: string, study: Study): StudyDetail {
  return {
    ...describeStudySummary(system, study),
    system,
    parameters: describeParameters(study.params).map(({ name, description, kind, accepts, schema }) => ({
      name,
      description,
      kind,
      accepts,
      schema,
    })),
    presets: {
      quick: describePreset(study, 'quick'),
      standard: describePreset(study, 'standard'),
      paper: describePreset(study, 'paper'),
    },
    figures: (study.figures ?? []).map((figure) => ({ ...figure })),
    expect: (study.expect ?? []).map(({ name, paper, claim }) => ({ name, paper, claim })),
  };
}

function describePreset(study: Study, preset: (typeof presetNames)[number]): StudyDetail['presets']['quick'] {
  const params = resolveParameters(study, preset, {});
  const cost = study.cost?.(params);
  const known = Object.entries(cost ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return { params, cost: cost === undefined ? null : Object.fromEntries(known) };
}
