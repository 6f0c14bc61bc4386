import { newIdempotencyKey, OpenbellError } from "@openbell/client";
import { useRef } from "react";

/**
 * Sends what one means to do under a key of its own: when no answer came, the same once more goes
 * out under the same key, and is done once. Another body, or an answer, ends the intent.
 */
export function useIntent() {
  const open = useRef<{ what: string; key: string }>(undefined);
  return async <R>(body: unknown, send: (idempotencyKey: string) => Promise<R>): Promise<R> => {
    const what = JSON.stringify(body);
    const intent = open.current?.what === what ? open.current : { what, key: newIdempotencyKey() };
    open.current = intent;
    try {
      const answer = await send(intent.key);
      open.current = undefined;
      return answer;
    } catch (error) {
      if (!(error instanceof OpenbellError && error.retry)) open.current = undefined;
      throw error;
    }
  };
}
