import { PageHeader } from "~/ui/layout";

export function LaboratoryPage() {
  return <PageHeader title="Socket laboratory" />;
}
