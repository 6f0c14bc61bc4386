import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { monthName } from "~/features/properties/calendar";
import { civilDate, count, money, percent, words } from "~/lib/format";
import { client } from "~/lib/session";
import { STATES } from "~/lib/states";
import type { Analytics, AuctionGroup } from "~/lib/types";
import { Input, Select } from "~/ui/Field";
import { PageHeader, Panel } from "~/ui/layout";
import { Empty, Failed, Skeleton } from "~/ui/states";
import { type AnalyticsSearch, GROUPS } from "./search";
import { TrendChart } from "./TrendChart";

export function AnalyticsPage() {
  const search = useSearch({ from: "/shell/analytics" });
  const navigate = useNavigate({ from: "/analytics" });
  const query = { ...search, group_by: search.group_by ?? "state", limit: 60 } as const;
  const { data, error, refetch } = useQuery({
    queryKey: ["analytics", query],
    queryFn: ({ signal }) => client.api.get("/api/v1/analytics/auctions", { query, signal }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  const set = (name: keyof AnalyticsSearch) => (event: { target: { value: string } }) =>
    void navigate({
      search: { ...search, [name]: event.target.value || undefined } as AnalyticsSearch,
      replace: true,
      resetScroll: false,
    });

  return (
    <>
      <PageHeader
        title="Analytics"
        sub={data && `Auctions from ${civilDate(data.from)} to ${civilDate(data.to)}`}
      />
      <div className="mb-4 grid max-w-3xl grid-cols-2 gap-3 sm:grid-cols-4">
        <Select label="Groups" value={query.group_by} onChange={set("group_by")} options={GROUPS} />
        <Select
          label="State"
          value={search.state ?? ""}
          onChange={set("state")}
          options={[
            { value: "", label: "All states" },
            ...STATES.map((value) => ({ value, label: value })),
          ]}
        />
        <Input label="From" type="date" value={search.from ?? ""} onChange={set("from")} />
        <Input label="Until" type="date" value={search.to ?? ""} onChange={set("to")} />
      </div>
      {data === undefined ? (
        error === null ? (
          <Skeleton className="h-96 w-full" />
        ) : (
          <Failed error={error} what="The figures" onRetry={() => void refetch()} />
        )
      ) : data.total.empty ? (
        <Empty title="No auctions in this time">Choose a longer time, or all states.</Empty>
      ) : (
        <Figures data={data} />
      )}
    </>
  );
}

function Figures({ data }: { data: Analytics }) {
  const { total, groups, group_by: groupBy } = data;
  const trend = total.price_trend ?? [];
  return (
    <div className="flex flex-col gap-4">
      <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-md border bg-line lg:grid-cols-4">
        <Figure
          name="Auctions"
          value={count(total.count)}
          more={`${count(total.pending)} to come`}
        />
        <Figure
          name="Sold of those that ended"
          value={percent(total.success_rate)}
          more={`${count(total.sold)} of ${count(total.ended)}`}
        />
        <Figure
          name="Median opening bid"
          value={money(total.median_opening_bid)}
          more={`${percent(total.median_discount)} below value`}
        />
        <Figure
          name="Median days to sale"
          value={count(total.median_days_to_sale)}
          more={`of ${count(total.days_to_sale_count)} sales`}
        />
      </dl>
      {trend.length > 1 && (
        <Panel title="Median opening bid by month">
          <TrendChart months={trend} />
        </Panel>
      )}
      <Panel title={GROUPS.find(({ value }) => value === groupBy)?.label} flush>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
        <section className="overflow-x-auto" tabIndex={0} aria-label="Figures by group">
          <table className="w-full min-w-xl">
            <thead>
              <tr className="border-b text-right text-xs text-muted">
                <th scope="col" className="px-4 py-2 text-left font-medium">
                  Group
                </th>
                <Head>Auctions</Head>
                <Head>Sold</Head>
                <Head>Success</Head>
                <Head>Median bid</Head>
                <Head>Below value</Head>
                <Head>Days to sale</Head>
              </tr>
            </thead>
            <tbody>
              {groups.map((group) => (
                <Group key={`${group.state ?? ""} ${group.key}`} group={group} groupBy={groupBy} />
              ))}
            </tbody>
          </table>
        </section>
      </Panel>
      {data.truncated && (
        <p className="text-muted">
          {count(groups.length)} of {count(data.group_count)} groups are shown.
        </p>
      )}
    </div>
  );
}

function Figure({ name, value, more }: { name: string; value: string; more: string }) {
  return (
    <div className="bg-surface px-4 py-3">
      <dt className="text-xs text-muted">{name}</dt>
      <dd>
        <span className="block text-xl leading-7 font-semibold">{value}</span>
        <span className="text-muted">{more}</span>
      </dd>
    </div>
  );
}

const Head = ({ children }: { children: ReactNode }) => (
  <th scope="col" className="px-4 py-2 font-medium">
    {children}
  </th>
);

function nameOf({ key, state }: AuctionGroup, groupBy: string): string {
  if (!key) return "Unknown";
  if (groupBy === "month") return monthName(key);
  if (groupBy === "type") return words(key);
  return state ? `${key}, ${state}` : key;
}

function Group({ group, groupBy }: { group: AuctionGroup; groupBy: string }) {
  const share = group.success_rate ?? 0;
  const cell = "px-4 py-2 text-right whitespace-nowrap";
  return (
    <tr className="border-b last:border-0">
      <th scope="row" className="px-4 py-2 text-left font-medium">
        {nameOf(group, groupBy)}
      </th>
      <td className={cell}>{count(group.count)}</td>
      <td className={cell}>{count(group.sold)}</td>
      <td className={cell}>
        <span className="inline-flex items-center gap-2">
          <span aria-hidden className="hidden h-1.5 w-16 rounded-full bg-line sm:block">
            <span
              className="block h-full rounded-full bg-accent"
              style={{ width: `${share * 100}%` }}
            />
          </span>
          <span className="min-w-9">{percent(group.success_rate)}</span>
        </span>
      </td>
      <td className={cell}>{money(group.median_opening_bid)}</td>
      <td className={cell}>{percent(group.median_discount)}</td>
      <td className={cell}>{count(group.median_days_to_sale)}</td>
    </tr>
  );
}
