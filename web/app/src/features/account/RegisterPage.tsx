import { Link, useSearch } from "@tanstack/react-router";
import { explain, fieldErrors } from "~/lib/errors";
import { register } from "~/lib/session";
import { Button } from "~/ui/Button";
import { Input } from "~/ui/Field";
import { Complaint } from "~/ui/states";
import { AccountFrame } from "./AccountFrame";
import { useAccountForm } from "./useAccountForm";

export function RegisterPage() {
  const { next } = useSearch({ from: "/register" });
  const { error, pending, submit } = useAccountForm((field) => {
    const name = field("name").trim();
    const optional = name === "" ? {} : { name };
    return register({ email: field("email").trim(), password: field("password"), ...optional });
  });
  const fields = fieldErrors(error);

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
