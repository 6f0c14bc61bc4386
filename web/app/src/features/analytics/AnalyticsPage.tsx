import { PageHeader } from "~/ui/layout";

export function AnalyticsPage() {
  return <PageHeader title="Analytics" />;
}
