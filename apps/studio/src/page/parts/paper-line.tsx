import type { Paper } from '../../api/index.js';

/** A paper as a reference: title, authors, year, and where in it. */
export function PaperLine({ paper }: { readonly paper: Paper }) {
  const { arxiv, where, title, authors, year } = paper;
  return (
    <span class="paper">
      {authors !== undefined && `${authors}${year === undefined ? '' : ` (${year})`}. `}
      {title !== undefined && (
        <>
          <cite>{title}</cite>.{' '}
        </>
      )}
      <a href={`https://arxiv.org/abs/${arxiv}`} rel="noreferrer">
        arXiv:{arxiv}
      </a>
      {where !== undefined && `, ${where}`}
    </span>
  );
}
