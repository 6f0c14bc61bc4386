import { createClient } from "@openbell/client";
import { OpenbellProvider, useConnection, useTopic, useWatchlist } from "@openbell/react";
import { useState } from "react";
import { createRoot } from "react-dom/client";

let tokens = { access: "", refresh: "" };
const client = createClient({
  auth: {
    getToken: () => tokens.access,
    onExpired: async () => {
      const body = { refresh: tokens.refresh };
      tokens = await client.api.post("/api/v1/auth/refresh", { body, auth: false });
    },
  },
});

function SignIn({ onDone }: { onDone: () => void }) {
  const [error, setError] = useState("");
  async function signIn(form: FormData) {
    const body = { email: `${form.get("email")}`, password: `${form.get("password")}` };
    tokens = await client.api.post("/api/v1/auth/login", { body, auth: false });
    client.connect();
    onDone();
  }
  return (
    <form action={(form) => signIn(form).catch((reason) => setError(reason.message))}>
      <input name="email" aria-label="E-mail" defaultValue="investor@demo.openbell.local" />
      <input name="password" aria-label="Password" type="password" />
      <button type="submit">Sign in</button> <span role="alert">{error}</span>
    </form>
  );
}

function Watched() {
  const { auctions } = useWatchlist().data;
  const { data } = useTopic("watchlist", {
    initial: [] as string[],
    event: (lines, frame) =>
      frame.type === "auction_update" ? [JSON.stringify(frame), ...lines.slice(0, 99)] : lines,
  });
  const changes = data.map((line) => <li key={line}>{line}</li>);
  const rows = auctions.map(({ propertyId, street, city, auctionDate, openingBid }) => (
    <li key={propertyId}>{`${street}, ${city}: ${auctionDate}, ${openingBid}`}</li>
  ));
  return (
    <main>
      <p role="status">Connection: {useConnection().state}</p>
      <ul aria-label="Watched">{rows}</ul>
      <ol aria-label="Changes">{changes}</ol>
    </main>
  );
}

function App() {
  const [signedIn, setSignedIn] = useState(false);
  const page = signedIn ? <Watched /> : <SignIn onDone={() => setSignedIn(true)} />;
  return <OpenbellProvider client={client}>{page}</OpenbellProvider>;
}

createRoot(document.getElementById("root") ?? document.body).render(<App />);
