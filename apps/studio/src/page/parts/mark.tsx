/** The stone in its layers; the same drawing as `public/mark.svg`. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
      <clipPath id="mark-stone">
        <ellipse cx="16" cy="16" rx="15" ry="13" />
      </clipPath>
      <g clip-path="url(#mark-stone)">
        <path fill="#6d2417" d="M0 0h32v32H0z" />
        <path fill="#fbf6f0" d="M0 7.500q16 5 32-1v17q-16 5-32 1z" />
        <path fill="#b4553a" d="M0 11q16 5 32-1v2.500q-16 5-32 1z" />
        <path fill="#8f3a26" d="M0 16.500q16 5 32-1v5q-16 5-32 1z" />
      </g>
    </svg>
  );
}
