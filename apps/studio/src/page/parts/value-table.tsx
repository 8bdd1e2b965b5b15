import { formatValue, inWords } from '../quantities.js';

/** Names and values in two columns. */
export function ValueTable({
  entries,
  areParameters = false,
}: {
  readonly entries: readonly (readonly [string, unknown])[];
  readonly areParameters?: boolean;
}) {
  return (
    <table class="values">
      <tbody>
        {entries.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{areParameters ? inWords(name) : name}</th>
            <td>{formatValue(value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
