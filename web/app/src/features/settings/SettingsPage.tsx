import { PageHeader } from "~/ui/layout";

export function SettingsPage() {
  return <PageHeader title="Settings" />;
}
