/** The mark of Openbell: a bell on a counter. */
export function Mark({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 64 64" aria-hidden="true" className="text-accent">
      <path
        d="M14 42V30a18 18 0 0 1 36 0v12M8 43h48M32 4v8"
        fill="none"
        stroke="currentColor"
        strokeWidth="6"
        strokeLinecap="round"
      />
      <circle cx="32" cy="54" r="5" fill="currentColor" />
    </svg>
  );
}
