import type { components } from "@openbell/client";
import { count } from "~/lib/format";

/** Rows of a file that break a rule, and which. */
export function RejectedRows({ rows }: { rows: components["schemas"]["RejectedRow"][] }) {
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
      tabIndex={0}
      aria-label="Rejected rows"
      className="max-h-80 overflow-y-auto rounded-md border bg-surface"
    >
      <table className="w-full">
        <thead>
          <tr className="h-9 text-left text-xs text-muted">
            <th scope="col" className="w-20 border-b px-3 text-right font-medium">
              Line
            </th>
            <th scope="col" className="border-b px-3 font-medium">
              Why
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ line, reason }) => (
            <tr key={`${line} ${reason}`} className="border-b last:border-0">
              <td className="px-3 py-1.5 text-right align-top">{count(line)}</td>
              <td className="px-3 py-1.5 break-words">{reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
