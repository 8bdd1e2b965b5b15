/** Rows of the size that the content will have, while it is on its way. */
export function Skeleton({ rows, rowHeight, label }: { readonly rows: number; readonly rowHeight: number; readonly label: string }) {
  return (
    <div class="skeleton" role="status" aria-label={`Loading ${label}`}>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} class="skeleton-row" style={{ height: `${rowHeight}px` }} />
      ))}
    </div>
  );
}
