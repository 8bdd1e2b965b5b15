import { seriesDeclarations } from './palette.js';

/** The report's style sheet: one column, system type, light and dark grounds, black on white in print. */
export const reportStyle = `
:root {
  --ground: #ffffff; --ink: #1d1d1f; --faint: #6b6b70; --line: #d9d9de; --good: #006b4f; --bad: #a83a00;
  ${seriesDeclarations('light')}
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #151517; --ink: #ececef; --faint: #a0a0a8; --line: #38383e; --good: #4fd3ab; --bad: #ff9a5c;
    ${seriesDeclarations('dark')}
  }
}
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 3rem 1.25rem 5rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 0.75rem; font-weight: 600; }
h2 { font-size: 1.1rem; margin: 2.5rem 0 0.75rem; font-weight: 600; }
header p { margin: 0 0 0.5rem; }
.id { color: var(--faint); font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 0.85rem; }
a { color: inherit; text-decoration-color: var(--faint); text-underline-offset: 0.2em; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 0.93rem; }
th, td { text-align: left; vertical-align: top; padding: 0.4rem 1rem 0.4rem 0; border-bottom: 1px solid var(--line); font-weight: 400; overflow-wrap: anywhere; }
tbody th { width: 40%; }
thead th { color: var(--faint); font-size: 0.85rem; }
.verdicts td:last-child { white-space: nowrap; }
small { display: block; color: var(--faint); }
.holds { color: var(--good); } .fails { color: var(--bad); font-weight: 600; } .reported { color: var(--faint); }
figure { margin: 0 0 2rem; break-inside: avoid; }
figure > svg { width: 100%; height: auto; display: block; overflow: visible; }
figcaption { font-size: 0.9rem; color: var(--faint); margin-top: 0.25rem; }
figcaption strong { color: var(--ink); font-weight: 600; }
.problem { padding: 1rem; border: 1px dashed var(--line); color: var(--faint); }
@media print { main { max-width: none; padding: 0; } body { font-size: 11pt; } section { break-inside: auto; } tr { break-inside: avoid; } }
`;
