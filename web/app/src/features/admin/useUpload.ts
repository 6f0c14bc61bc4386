import { useCallback, useEffect, useRef, useState } from "react";
import type { Summary } from "~/lib/types";
import { type Sending, type UploadOptions, upload } from "./upload";

export type UploadState =
  | { is: "idle" }
  | { is: "sending"; dryRun: boolean; sending: Sending | undefined }
  | { is: "done"; summary: Summary }
  | { is: "failed"; dryRun: boolean; error: unknown }
  | { is: "cancelled"; dryRun: boolean };

/** One file at a time on its way to the server; leaving the page breaks it off. */
export function useUpload() {
  const [state, setState] = useState<UploadState>({ is: "idle" });
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  const send = useCallback(async (file: File, options: UploadOptions) => {
    running.current?.abort();
    const own = new AbortController();
    running.current = own;
    const { dryRun } = options;
    const tell = (sending: Sending | undefined) => setState({ is: "sending", dryRun, sending });
    tell(undefined);
    try {
      const summary = await upload(file, options, own.signal, tell);
      setState({ is: "done", summary });
      return summary;
    } catch (error) {
      if (own.signal.aborted) setState({ is: "cancelled", dryRun });
      else setState({ is: "failed", dryRun, error });
      return undefined;
    }
  }, []);

  const cancel = useCallback(() => running.current?.abort(), []);
  const reset = useCallback(() => setState({ is: "idle" }), []);
  return { state, send, cancel, reset };
}
