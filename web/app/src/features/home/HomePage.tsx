import { PageHeader } from "~/ui/layout";

export function HomePage() {
  return <PageHeader title="Home" />;
}
