import { PageHeader } from "~/ui/layout";

export function AlertsPage() {
  return <PageHeader title="Alerts" />;
}
