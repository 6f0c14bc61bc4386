import { Link, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { explain, fieldErrors } from "~/lib/errors";
import { register } from "~/lib/session";
import { Button } from "~/ui/Button";
import { Input } from "~/ui/Field";
import { Complaint } from "~/ui/states";
import { AccountFrame } from "./AccountFrame";

export function RegisterPage() {
  const { next } = useSearch({ from: "/register" });
  const [error, setError] = useState<unknown>();
  const [pending, setPending] = useState(false);
  const fields = fieldErrors(error);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const name = String(form.get("name")).trim();
    setPending(true);
    setError(undefined);
    try {
      await register({
        email: String(form.get("email")).trim(),
        password: String(form.get("password")),
        ...(name === "" ? {} : { name }),
      });
    } catch (cause) {
      setError(cause);
      setPending(false);
    }
  }

  return (
    <AccountFrame title="Create an account">
      <form onSubmit={submit} className="flex flex-col gap-4">
        {error !== undefined && Object.keys(fields).length === 0 && (
          <Complaint>{explain(error)}</Complaint>
        )}
        <Input label="Name" name="name" autoComplete="name" error={fields.name} />
        <Input
          label="E-mail"
          name="email"
          type="email"
          autoComplete="username"
          required
          error={fields.email}
        />
        <Input
          label="Password"
          name="password"
          type="password"
          autoComplete="new-password"
          required
          minLength={10}
          hint="At least 10 characters."
          error={fields.password}
        />
        <Button type="submit" look="primary" pending={pending}>
          {pending ? "Creating the account…" : "Create the account"}
        </Button>
      </form>
      <p className="text-muted">
        Have one already?{" "}
        <Link to="/login" search={{ next }} className="text-accent underline">
          Sign in
        </Link>
      </p>
    </AccountFrame>
  );
}
