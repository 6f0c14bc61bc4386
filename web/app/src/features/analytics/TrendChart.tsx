import { useEffect, useRef, useState } from "react";
import { monthName } from "~/features/properties/calendar";
import { count, money } from "~/lib/format";
import type { Analytics } from "~/lib/types";

type Months = NonNullable<Analytics["total"]["price_trend"]>;

const HEIGHT = 180;
const LEFT = 76;
const BOTTOM = 24;
const TOP = 10;

/** Round values that span what is shown. */
export function ticks(low: number, high: number): number[] {
  const rough = Math.max(high - low, high * 0.1, 1) / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? power;
  const first = Math.floor(low / step) * step;
  const list = [first];
  while ((list.at(-1) ?? 0) < high || list.length < 2) list.push((list.at(-1) ?? 0) + step);
  return list;
}

/** How wide an element is, so that what is drawn in it keeps the size of its letters. */
function useWidth() {
  const element = useRef<HTMLElement>(null);
  const [width, setWidth] = useState(640);
  useEffect(() => {
    if (element.current === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setWidth(Math.max(240, Math.round(entry.contentRect.width)));
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return [element, width] as const;
}

/** A line over months. The table beneath says the same in words. */
export function TrendChart({ months }: { months: Months }) {
  const [figure, width] = useWidth();
  const values = months.map((month) => month.median_opening_bid);
  const lines = ticks(Math.min(...values), Math.max(...values));
  const [low = 0, high = 1] = [lines[0], lines.at(-1)];
  const x = (index: number) =>
    LEFT + 32 + (index * (width - LEFT - 64)) / Math.max(months.length - 1, 1);
  const y = (value: number) =>
    TOP + (1 - (value - low) / (high - low || 1)) * (HEIGHT - TOP - BOTTOM);
  const every = Math.ceil((months.length * 72) / width);
  const line = months.map(({ median_opening_bid: bid }, index) => `${x(index)},${y(bid)}`);
  return (
    <figure ref={figure}>
      <svg viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label="Median opening bid by month">
        {lines.map((value) => (
          <g key={value}>
            <line x1={LEFT} x2={width} y1={y(value)} y2={y(value)} className="stroke-line" />
            <text x={LEFT - 8} y={y(value) + 4} textAnchor="end" className="fill-muted text-[12px]">
              {money(value)}
            </text>
          </g>
        ))}
        <polyline points={line.join(" ")} fill="none" strokeWidth={2} className="stroke-accent" />
        {months.map(({ month, median_opening_bid: bid, count: many }, index) => (
          <g key={month}>
            <circle cx={x(index)} cy={y(bid)} r={3.5} className="fill-accent">
              <title>{`${monthName(month)}: ${money(bid)}, ${count(many)} auctions`}</title>
            </circle>
            {index % every === 0 && (
              <text
                x={x(index)}
                y={HEIGHT - 4}
                textAnchor="middle"
                className="fill-muted text-[12px]"
              >
                {monthName(month, "short")}
              </text>
            )}
          </g>
        ))}
      </svg>
      <table className="sr-only">
        <caption>Median opening bid by month</caption>
        <tbody>
          {months.map(({ month, median_opening_bid: bid, count: many }) => (
            <tr key={month}>
              <th scope="row">{monthName(month)}</th>
              <td>{money(bid)}</td>
              <td>{count(many)} auctions</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}
