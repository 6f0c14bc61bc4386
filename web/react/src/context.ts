import type { Client } from "@openbell/client";
import { createContext, createElement, type ReactNode, useContext } from "react";

const ClientContext = createContext<Client | undefined>(undefined);

/** Hands a client to all hooks below it. Connecting and closing are its owner's business. */
export function OpenbellProvider(props: { client: Client; children?: ReactNode }): ReactNode {
  return createElement(ClientContext.Provider, { value: props.client }, props.children);
}

/** The client of the nearest `OpenbellProvider`. */
export function useClient(): Client {
  const client = useContext(ClientContext);
  if (client === undefined) throw new Error("there is no OpenbellProvider above this component");
  return client;
}
