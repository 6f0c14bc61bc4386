import { ApiError } from "@openbell/client";
import { Link, useSearch } from "@tanstack/react-router";
import { explain } from "~/lib/errors";
import { signIn, useSession } from "~/lib/session";
import { Button } from "~/ui/Button";
import { Input } from "~/ui/Field";
import { Complaint } from "~/ui/states";
import { AccountFrame } from "./AccountFrame";
import { useAccountForm } from "./useAccountForm";

function reasonOf(error: unknown): string {
  if (error instanceof ApiError && error.code === "invalid_credentials") {
    return "The e-mail or the password is wrong.";
  }
  return explain(error);
}

export function LoginPage() {
  const { next } = useSearch({ from: "/login" });
  const session = useSession();
  const { error, pending, submit } = useAccountForm((field) =>
    signIn({ email: field("email").trim(), password: field("password") }),
  );
  const ended = session.status === "guest" && session.ended && error === undefined;
  return (
    <AccountFrame
      title="Sign in"
      note={ended && <p className="text-muted">Your session has ended. Sign in to go on.</p>}
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        {error !== undefined && <Complaint>{reasonOf(error)}</Complaint>}
        <Input label="E-mail" name="email" type="email" autoComplete="username" required />
        <Input
          label="Password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
        />
        <Button type="submit" look="primary" pending={pending}>
          {pending ? "Signing in…" : "Sign in"}
        </Button>
      </form>
      <p className="text-muted">
        No account yet?{" "}
        <Link to="/register" search={{ next }} className="text-accent underline">
          Register
        </Link>
      </p>
    </AccountFrame>
  );
}
