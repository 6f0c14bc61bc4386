import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { announce } from "~/lib/announce";
import { fieldErrors } from "~/lib/errors";
import { count } from "~/lib/format";
import { client } from "~/lib/session";
import { Button } from "~/ui/Button";
import { Input, Textarea } from "~/ui/Field";
import { PageHeader, Panel } from "~/ui/layout";
import { Complaint } from "~/ui/states";
import { FileField } from "./FileField";
import { ImportResult } from "./ImportResult";
import { Fold } from "./parts";
import { importWords, isSourceName, mapError } from "./upload";
import { type UploadState, useUpload } from "./useUpload";
import { bytes } from "./words";

/** Names that files were sent by before, or that are set up. */
function useSourceNames(): string[] {
  const { data } = useQuery({
    queryKey: ["admin", "source-names"],
    queryFn: ({ signal }) => client.api.get("/api/v1/sources", { query: { limit: 200 }, signal }),
  });
  return data?.items.map(({ name }) => name) ?? [];
}

export function ImportPage() {
  const search = useSearch({ from: "/shell/admin/import" });
  const cache = useQueryClient();
  const { state, send, cancel, reset } = useUpload();
  const [file, setFile] = useState<File>();
  const [source, setSource] = useState(search.source ?? "");
  const [map, setMap] = useState("");
  /** What a dry run went well with. */
  const [checked, setChecked] = useState<string>();
  const [tried, setTried] = useState(false);
  const outcome = useRef<HTMLDivElement>(null);
  const names = useId();
  const known = useSourceNames();

  const wish = file && JSON.stringify([file.name, file.size, file.lastModified, source, map]);
  const isChecked = wish !== undefined && wish === checked;
  const isSending = state.is === "sending";
  const told = state.is === "failed" ? fieldErrors(state.error) : {};
  const sourceError =
    tried && !isSourceName(source) ? "1 to 64 of a-z, 0-9, _ and -, and not “api”." : told.source;
  const wrongMap = mapError(map);

  // On narrow screens it stands below.
  useEffect(() => {
    if (state.is !== "idle") outcome.current?.scrollIntoView({ block: "nearest" });
  }, [state.is]);

  /** What is chosen anew has not been tried yet. */
  const change =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      set(value);
      if (state.is !== "idle") reset();
    };

  const start = async (dryRun: boolean) => {
    setTried(true);
    if (file === undefined || !isSourceName(source) || wrongMap) return;
    announce(dryRun ? "The file is being checked." : "The file is being imported.");
    const summary = await send(file, { source, dryRun, map });
    if (summary === undefined) return;
    setChecked(dryRun ? wish : undefined);
    const { rows, rejected } = summary;
    announce(`Done: ${count(rows)} rows, ${count(rejected)} of them rejected.`);
    if (dryRun) return;
    for (const queryKey of [["admin", "sources"], ["admin", "source-names"], ["properties"]]) {
      void cache.invalidateQueries({ queryKey });
    }
  };

  return (
    <>
      <PageHeader
        title="Import"
        sub="Brings the properties of a file in. The same file again changes nothing."
      />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Panel title="File">
          <form
            className="flex flex-col gap-4"
            noValidate
            onSubmit={(event: FormEvent) => {
              event.preventDefault();
              void start(!isChecked);
            }}
          >
            <FileField file={file} onChange={change(setFile)} disabled={isSending} />
            {tried && file === undefined && (
              <p className="-mt-3 text-xs text-down">Choose a file first.</p>
            )}
            <Input
              label="Source"
              value={source}
              list={names}
              autoComplete="off"
              spellCheck={false}
              disabled={isSending}
              error={sourceError}
              hint="Who says so, such as “county-sales”: the same name every time, so that rows that come again are known."
              onChange={(event) => change(setSource)(event.target.value.trim().toLowerCase())}
            />
            <datalist id={names}>
              {known.map((name) => (
                <option key={name} value={name} />
              ))}
            </datalist>
            <Fold title="Columns with unusual names">
              <Textarea
                label="Mapping, as JSON"
                value={map}
                rows={6}
                spellCheck={false}
                disabled={isSending}
                error={wrongMap}
                placeholder={'{ "fields": { "street": "Situs", "opening_bid": "Min. bid" } }'}
                hint="fields, constants, values and ignore; usual headings need none."
                onChange={(event) => change(setMap)(event.target.value)}
              />
            </Fold>
            <div className="flex flex-wrap items-center gap-2">
              <Button
                look={isChecked ? "plain" : "primary"}
                type={isChecked ? "button" : "submit"}
                disabled={isSending}
                {...(isChecked && { onClick: () => void start(true) })}
              >
                Check the file
              </Button>
              <Button
                look={isChecked ? "primary" : "plain"}
                type={isChecked ? "submit" : "button"}
                disabled={isSending || !isChecked}
              >
                Import it
              </Button>
              {isSending && <Button onClick={cancel}>Cancel</Button>}
            </div>
            <p className="-mt-2 text-xs text-muted">
              The check writes nothing and says what would happen. After it the file can be
              imported.
            </p>
          </form>
        </Panel>
        <div ref={outcome}>
          <Outcome state={state} />
        </div>
      </div>
    </>
  );
}

function Outcome({ state }: { state: UploadState }) {
  if (state.is === "sending") return <Progress state={state} />;
  if (state.is === "done") return <ImportResult summary={state.summary} />;
  if (state.is === "failed") {
    return (
      <Panel title={state.dryRun ? "The check broke off" : "The import broke off"}>
        <Complaint>{importWords(state.error)}</Complaint>
      </Panel>
    );
  }
  if (state.is === "cancelled") {
    return (
      <Panel title="Cancelled">
        <p>
          {state.dryRun
            ? "Nothing was written."
            : "What was read until then stays. Send the file once more to go on: rows that are known change nothing."}
        </p>
      </Panel>
    );
  }
  return (
    <Panel title="What comes of it">
      <p className="text-muted">
        Counts, and the rows that break a rule with the reason, appear here. A row that breaks one
        is left out; all others are brought in.
      </p>
    </Panel>
  );
}

function Progress({ state }: { state: Extract<UploadState, { is: "sending" }> }) {
  const { sent, total } = state.sending ?? { sent: 0, total: 0 };
  const share = total > 0 ? sent / total : 0;
  const isSent = total > 0 && sent >= total;
  return (
    <Panel title={state.dryRun ? "Checking the file" : "Importing the file"}>
      <progress
        className="h-2 w-full accent-accent"
        aria-label="Sent"
        {...(isSent ? {} : { value: share })}
        max={1}
      />
      <p className="mt-2 text-muted">
        {isSent
          ? "All is sent; the last rows are being worked on."
          : `${bytes(sent)} of ${total > 0 ? bytes(total) : "…"} sent. The server reads while it works: what is sent is nearly done.`}
      </p>
      <p className="mt-2 text-muted">Stay on this page until it is done.</p>
    </Panel>
  );
}
