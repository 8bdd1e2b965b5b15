import { runtimeInfo } from '@sardonyx/tensor';
import { suites } from '../../../packages/tensor/test/conformance/cases/index.js';
import { checkGradient } from '../../../packages/tensor/test/conformance/check-gradient.js';
import { checkValue } from '../../../packages/tensor/test/conformance/check-value.js';
import { offer } from './programs.js';

const checks = { value: checkValue, gradient: checkGradient };

/** One check of one case of the conformance suite. */
export interface ConformanceCheck {
  readonly name: string;
  readonly check: keyof typeof checks;
}

const cases = new Map(suites.flatMap((suite) => suite.cases.map((testCase) => [testCase.name, testCase] as const)));

offer({
  runtimeInfo,
  /** `holds`, or what the check says; also of what else goes wrong. */
  async conform({ name, check }: ConformanceCheck): Promise<string> {
    try {
      await checks[check](cases.get(name)!);
      return 'holds';
    } catch (error) {
      return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    }
  },
});
