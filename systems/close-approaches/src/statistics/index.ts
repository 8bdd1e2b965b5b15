export {
  type ApproachSample,
  type ApproachStatistics,
  approachStatistics,
  type Estimate,
  type PlanetStatistics,
  type StatisticsOptions,
} from './approach-statistics.js';
export { type Approach, approachTimes, evenWeights, type SampleWeights, type Span, yearsSince } from './approach-times.js';
export { bootstrapIntervals, type BootstrapOptions, quantile } from './bootstrap.js';
export { completenessOf, type CompletenessTable, completenessTable } from './completeness.js';
export { commonDistance, type CriticalDistances, fiveHillRadii } from './critical-distances.js';
export { crossPlanetTable, type Transfer, transfers } from './cross-planet.js';
export { ApproachTable, ApproachTableBuilder } from './approach-table.js';
export { clusteredUniformityTest, fewestClusters } from './clustered-test.js';
export { checkTheory, summarizeTheory, type TheoryCheck, type TheorySummary } from './encounter-theory.js';
export { type Frequency, frequencyOf } from './frequency.js';
export { garwoodInterval, type Interval } from './garwood.js';
export { type Histogram, histogram, type Summary, summaryOf } from './histogram.js';
export { type DistributionTest, twoSampleTest, uniformityTest } from './kolmogorov-smirnov.js';
export {
  firstApproaches,
  type IndependentTests,
  impactRate,
  independentMissDistanceTests,
  missDistanceTest,
  missProbability,
  squaredImpactParameter,
} from './miss-distances.js';
export { compareWithObserved, type ComparisonOptions, type ObservedApproach, type ObservedComparison } from './observed-approaches.js';
export { type PlanetPlots, plotData } from './plot-data.js';
export { everShare, standingShare, windowShare } from './population-counts.js';
export { StatisticsError, type StatisticsErrorCode } from './statistics-error.js';
