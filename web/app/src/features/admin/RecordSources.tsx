import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { sourcesQuery } from "~/features/properties/queries";
import { client } from "~/lib/session";
import { Button } from "~/ui/Button";
import { ConfirmTyped } from "~/ui/Dialog";
import { Panel } from "~/ui/layout";
import { Failed, SkeletonRows } from "~/ui/states";
import { Time } from "~/ui/Time";
import { useAct } from "./useAct";

interface SourceName {
  source: string;
  sourceId: string;
}

/** Under which names sources know a property. */
export function RecordSources({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(sourcesQuery(id));
  const [parting, setParting] = useState<SourceName>();
  const part = useAct({
    run: ({ source, sourceId }: SourceName) =>
      client.api.delete("/api/v1/properties/{id}/sources/{source}/{source_id}", {
        path: { id, source, source_id: sourceId },
      }),
    done: (_, { source }) => `${source} does not lead here any more.`,
    failed: "The source still leads here.",
    touches: [["property", id, "sources"]],
    after: () => setParting(undefined),
  });
  return (
    <Panel title="Sources" className="mt-4" flush>
      {data === undefined ? (
        error === null ? (
          <SkeletonRows rows={1} rowClass="h-11" />
        ) : (
          <Failed error={error} what="The sources" onRetry={() => void refetch()} />
        )
      ) : data.items.length === 0 ? (
        <p className="px-4 py-6 text-muted">No source knows it; it was written here.</p>
      ) : (
        <ul>
          {data.items.map(({ source, source_id: sourceId, at }) => (
            <li
              key={`${source} ${sourceId}`}
              className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b px-4 py-2 last:border-0"
            >
              <span className="min-w-0 flex-1 basis-44 break-all">
                {source} <span className="text-muted">{sourceId}</span>
              </span>
              <span className="text-muted">
                since <Time at={at} />
              </span>
              <Button
                small
                aria-label={`Part from ${source} ${sourceId}`}
                onClick={() => setParting({ source, sourceId })}
              >
                Part
              </Button>
            </li>
          ))}
        </ul>
      )}
      {parting && (
        <ConfirmTyped
          open
          onOpenChange={() => setParting(undefined)}
          title="Part from this source?"
          description={`The property stays as it is. The next row that ${parting.source} calls ${parting.sourceId} goes to the property with the same address, or becomes one of its own.`}
          word="part"
          action="Part them"
          pending={part.isPending}
          onConfirm={() => part.mutate(parting)}
        />
      )}
    </Panel>
  );
}
