import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { Failed, Skeleton } from "~/ui/states";

export function PagePending() {
  return (
    <div role="img" aria-label="Loading" className="flex flex-col gap-3">
      <Skeleton className="h-7 w-48" />
      <Skeleton className="h-64 w-full" />
    </div>
  );
}

export function PageError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const again = () => void router.invalidate().then(reset);
  return <Failed error={error} what="This page" onRetry={again} />;
}
