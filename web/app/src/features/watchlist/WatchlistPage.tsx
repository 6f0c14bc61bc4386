import { PageHeader } from "~/ui/layout";

export function WatchlistPage() {
  return <PageHeader title="Watchlist" />;
}
