import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { client } from "~/lib/session";
import type { WatchEntry } from "~/lib/types";
import { Button } from "~/ui/Button";
import { Textarea } from "~/ui/Field";
import { Panel } from "~/ui/layout";
import { toastError } from "~/ui/toasts";
import { isPending, useWatchEntry, watchlistQuery } from "./watch";

/** The user's own words about a watched property. */
export function WatchNotes({ propertyId }: { propertyId: string }) {
  const entry = useWatchEntry(propertyId);
  if (entry === undefined || isPending(entry)) return null;
  return (
    <Panel title="Your notes">
      <NotesForm key={entry.id} entry={entry} />
    </Panel>
  );
}

export function NotesForm({ entry, onDone }: { entry: WatchEntry; onDone?: () => void }) {
  const [text, setText] = useState(entry.notes ?? "");
  const cache = useQueryClient();
  const key = watchlistQuery.queryKey;
  const save = useMutation({
    mutationFn: (notes: string | null) =>
      client.api.patch("/api/v1/watchlist/{id}", { path: { id: entry.id }, body: { notes } }),
    onSuccess: (saved) => {
      cache.setQueryData(key, (entries) =>
        entries?.map((one) =>
          one.id === saved.id ? { ...saved, auction: one.auction ?? null } : one,
        ),
      );
      onDone?.();
    },
    onError: (error) => toastError("The notes are not saved.", error),
  });
  const unchanged = text.trim() === (entry.notes ?? "").trim();
  return (
    <form
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(text.trim() === "" ? null : text.trim());
      }}
    >
      <Textarea
        label="Notes, seen by you alone"
        bare
        rows={3}
        maxLength={4000}
        placeholder="Notes, seen by you alone"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div className="flex items-center justify-end gap-2">
        {save.isSuccess && unchanged && <span className="text-muted">Saved</span>}
        {onDone && (
          <Button small onClick={onDone}>
            Cancel
          </Button>
        )}
        <Button small type="submit" disabled={unchanged} pending={save.isPending}>
          Save the notes
        </Button>
      </div>
    </form>
  );
}
