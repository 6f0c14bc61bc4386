import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast, toastError } from "~/ui/toasts";

/** An act of an administrator: what came of it is told, and what it touches is looked at again. */
export function useAct<A, R>(act: {
  run: (what: A) => Promise<R>;
  done: (answer: R, what: A) => string;
  /** Said in the corner; where it is not given, the form says why. */
  failed?: string;
  touches: readonly (readonly unknown[])[];
  after?: (answer: R, what: A) => void;
}) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: act.run,
    onSuccess: (answer, what) => {
      toast(act.done(answer, what));
      act.after?.(answer, what);
    },
    onError: (error) => {
      if (act.failed !== undefined) toastError(act.failed, error);
    },
    // Also after a refusal: it is often because things are otherwise than what was seen.
    onSettled: () => {
      for (const queryKey of act.touches) void cache.invalidateQueries({ queryKey });
    },
  });
}
