import { type FormEvent, useState } from "react";

/** A form whose answer is that somebody is signed in: the route leads on then. */
export function useAccountForm(send: (field: (name: string) => string) => Promise<unknown>) {
  const [error, setError] = useState<unknown>();
  const [pending, setPending] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setPending(true);
    setError(undefined);
    try {
      await send((name) => String(form.get(name) ?? ""));
    } catch (cause) {
      setError(cause);
      setPending(false);
    }
  }

  return { error, pending, submit };
}
