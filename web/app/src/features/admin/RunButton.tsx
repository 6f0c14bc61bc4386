import { Play } from "lucide-react";
import { Button } from "~/ui/Button";

/** Has something done now that would come by itself. */
export function RunButton(props: {
  name: string;
  act: { isPending: boolean; mutate: (nothing: undefined) => void };
}) {
  const { name, act } = props;
  return (
    <Button
      small
      aria-label={`Run now: ${name}`}
      pending={act.isPending}
      onClick={() => act.mutate(undefined)}
    >
      <Play size={14} aria-hidden />
      Run now
    </Button>
  );
}
