import { PageHeader } from "~/ui/layout";

export function NotificationsPage() {
  return <PageHeader title="Notifications" />;
}
