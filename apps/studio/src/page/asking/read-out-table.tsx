import { type SaveFormat, SaveMenu } from '../charts/save-menu.js';
import { useTheme } from '../charts/theme.js';
import type { ModelAnswer } from './model-messages.js';
import { readOutCsv, readOutSheet } from './read-out-sheet.js';
import { saveSheet } from './saving-sheets.js';
import { percent, shownToken } from './token-text.js';

/** Tokens that are named in a cell. */
const named = 3;

/** What the model would answer if it stopped after each loop. */
export function ReadOutTable({ answer, model }: { readonly answer: ModelAnswer; readonly model: string }) {
  const { ground } = useTheme();
  const loops = answer.readOuts[0]?.length ?? 0;
  const save = (format: SaveFormat): Promise<void> =>
    saveSheet(format, {
      name: [model, 'read-out'],
      drawing: () => readOutSheet(answer, `What ${model} would answer after each loop`, ground),
      csv: () => readOutCsv(answer),
    });
  return (
    <section class="read-out" aria-labelledby="read-out-title">
      <div class="read-out-head">
        <h2 id="read-out-title">What it would answer after each loop</h2>
        <SaveMenu label="the read-out" isDisabled={false} save={save} />
      </div>
      <div class="read-out-scroll">
        <table class="read-out-table">
          <thead>
            <tr>
              <th scope="col">after</th>
              {answer.answer.map((label, i) => (
                <th key={i} scope="col">
                  token {i + 1} <code>{shownToken(label)}</code>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {Array.from({ length: loops }, (_, loop) => (
              <tr key={loop}>
                <th scope="row">loop {loop + 1}</th>
                {answer.readOuts.map((outs, token) => (
                  <Cell key={token} readOut={outs[loop]!} answered={answer.answer[token]!} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="run-meaning">
        The state after each loop, read out as if it were the last: the three likeliest tokens and their probabilities. The row of the last
        loop is what the model answers with; a temperature changes what is drawn, not these numbers.
      </p>
    </section>
  );
}

function Cell({ readOut, answered }: { readonly readOut: ModelAnswer['readOuts'][number][number]; readonly answered: string }) {
  const [best] = readOut.ranked;
  return (
    <td style={{ '--weight': `${(35 * best!.probability).toFixed(1)}%` }}>
      <ol>
        {readOut.ranked.slice(0, named).map(({ label, probability }) => (
          <li key={label} class={label === answered ? 'answered' : undefined}>
            <code>{shownToken(label)}</code> {percent(probability)}
          </li>
        ))}
      </ol>
    </td>
  );
}
