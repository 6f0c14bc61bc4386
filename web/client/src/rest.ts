import type { Credentials } from "./credentials.js";
import type { Environment } from "./environment.js";
import { ApiError, type Problem } from "./errors.js";
import type { paths } from "./generated/rest.js";

/** What requests do. */
export type Method = "get" | "put" | "post" | "patch" | "delete";

/** The paths of openapi.json that know a method. */
export type PathWith<M extends Method> = {
  [P in keyof paths]: paths[P] extends { [K in M]: { responses: unknown } } ? P : never;
}[keyof paths];

type Operation<P extends keyof paths, M extends Method> = paths[P] extends { [K in M]: infer O }
  ? O
  : never;
type Of<O, K extends string> = O extends { parameters: { [N in K]?: infer V } }
  ? Exclude<V, undefined>
  : never;
type Content<T> = T extends { content: { "application/json": infer B } } ? B : never;
type Success<O> = O extends { responses: infer R }
  ? { [S in keyof R]: S extends 200 | 201 | 202 ? Content<R[S]> : never }[keyof R]
  : never;
type Body<O> = O extends { requestBody?: infer B } ? Content<Exclude<B, undefined>> : never;
type RequiresBody<O> = O extends { requestBody: { content: unknown } } ? true : false;

/** Whether there is something that a request cannot go without. */
type Needed<O> = [Of<O, "path">] extends [never] ? RequiresBody<O> : true;

/** Filters that are off may be there as `undefined`. */
type Sparse<T> = { [K in keyof T]: T[K] | undefined };

/** A field that is there when there is something to say, and required when that is. */
type Field<K extends string, V, Required> = [V] extends [never]
  ? { [N in K]?: undefined }
  : Required extends true
    ? { [N in K]: V }
    : { [N in K]?: V | undefined };

/** What holds for every request. */
export interface RequestOptions {
  /** The server does a change with this key once, and answers the same again. */
  idempotencyKey?: string | undefined;
  /** The version that was seen, as the `ETag` said: the change is refused when there is a newer. */
  ifMatch?: string | undefined;
  headers?: Record<string, string> | undefined;
  signal?: AbortSignal | undefined;
  /** `false`: without the token, as for signing in itself. */
  auth?: false | undefined;
}

/** What a request of this path and method takes. */
export type RequestOf<P extends keyof paths, M extends Method> = RequestOptions &
  Field<"path", Of<Operation<P, M>, "path">, true> &
  Field<"query", Sparse<Of<Operation<P, M>, "query">>, false> &
  Field<"body", Body<Operation<P, M>>, RequiresBody<Operation<P, M>>>;

/** What it answers; `undefined` where there is nothing to say. */
export type AnswerOf<P extends keyof paths, M extends Method> = [Success<Operation<P, M>>] extends [
  never,
]
  ? undefined
  : Success<Operation<P, M>>;

/** An answer with what came beside its body. */
export interface Answer<T> {
  data: T;
  status: number;
  /** The version, for `ifMatch`. */
  etag: string | undefined;
  headers: Headers;
}

type Args<P extends keyof paths, M extends Method> =
  Needed<Operation<P, M>> extends true ? [request: RequestOf<P, M>] : [request?: RequestOf<P, M>];

/** REST as openapi.json describes it. Errors are `ApiError`. */
export interface Api {
  get<P extends PathWith<"get">>(path: P, ...rest: Args<P, "get">): Promise<AnswerOf<P, "get">>;
  put<P extends PathWith<"put">>(path: P, ...rest: Args<P, "put">): Promise<AnswerOf<P, "put">>;
  post<P extends PathWith<"post">>(path: P, ...rest: Args<P, "post">): Promise<AnswerOf<P, "post">>;
  patch<P extends PathWith<"patch">>(
    path: P,
    ...rest: Args<P, "patch">
  ): Promise<AnswerOf<P, "patch">>;
  delete<P extends PathWith<"delete">>(
    path: P,
    ...rest: Args<P, "delete">
  ): Promise<AnswerOf<P, "delete">>;
  /** The same, with the status and the headers of the answer. */
  send<M extends Method, P extends PathWith<M>>(
    method: M,
    path: P,
    ...rest: Args<P, M>
  ): Promise<Answer<AnswerOf<P, M>>>;
}

/** A request with its types gone. */
interface LooseRequest extends RequestOptions {
  path?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
}

/** REST of one server. */
export function createApi(parts: {
  environment: Pick<Environment, "fetch">;
  credentials: Credentials;
  baseUrl: string;
}): Api {
  const { environment, credentials, baseUrl } = parts;

  async function once(method: Method, path: string, request: LooseRequest): Promise<Response> {
    const headers = await headersOf(method, request, credentials);
    const init: RequestInit = { method: method.toUpperCase(), headers, credentials: "include" };
    if (request.body !== undefined) init.body = JSON.stringify(request.body);
    if (request.signal !== undefined) init.signal = request.signal;
    const address = addressOf(baseUrl, path, request);
    try {
      return await environment.fetch(address, init);
    } catch {
      request.signal?.throwIfAborted();
      throw new ApiError(0, "network", "the server could not be reached", { retry: true });
    }
  }

  async function send(
    method: Method,
    path: string,
    request: LooseRequest = {},
  ): Promise<Answer<unknown>> {
    let response = await once(method, path, request);
    // A token that ran out is renewed and the request made again: it was not done.
    if (response.status === 401 && request.auth !== false && credentials.hasTokens) {
      const before = await problemOf(response);
      if (!(await credentials.renew())) throw before;
      response = await once(method, path, request);
    }
    if (!response.ok) throw await problemOf(response);
    const { status, headers } = response;
    const data = await dataOf(response);
    return { data, status, etag: headers.get("etag") ?? undefined, headers };
  }

  const data =
    (method: Method) =>
    async (path: string, request?: LooseRequest): Promise<unknown> =>
      (await send(method, path, request)).data;

  // The types above are made of the document; what runs below them knows none.
  return {
    get: data("get"),
    put: data("put"),
    post: data("post"),
    patch: data("patch"),
    delete: data("delete"),
    send,
  } as unknown as Api;
}

function addressOf(baseUrl: string, path: string, request: LooseRequest): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = request.path?.[name];
    if (value === undefined || value === null || value === "") {
      throw new TypeError(`\`path.${name}\` is missing`);
    }
    return encodeURIComponent(String(value));
  });
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined && value !== null) query.append(name, String(value));
  }
  const asked = query.toString();
  return baseUrl + filled + (asked === "" ? "" : `?${asked}`);
}

async function headersOf(
  method: Method,
  request: LooseRequest,
  credentials: Credentials,
): Promise<Record<string, string>> {
  const headers: Record<string, string> = { Accept: "application/json", ...request.headers };
  if (request.body !== undefined) headers["Content-Type"] ??= "application/json";
  if (request.idempotencyKey !== undefined) headers["Idempotency-Key"] = request.idempotencyKey;
  if (request.ifMatch !== undefined) headers["If-Match"] = request.ifMatch;
  if (request.auth === false) return headers;
  const token = await credentials.token();
  if (token !== undefined) headers.Authorization = `Bearer ${token}`;
  const csrf = method === "get" ? undefined : await credentials.csrfToken();
  if (csrf !== undefined) headers["X-CSRF-Token"] = csrf;
  return headers;
}

async function dataOf(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined;
  const text = await response.text().catch(() => "");
  if (text === "") return undefined;
  if (!/json/.test(response.headers.get("content-type") ?? "")) return text;
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(response.status, "unexpected_answer", "the answer broke off", {
      retry: true,
    });
  }
}

async function problemOf(response: Response): Promise<ApiError> {
  const { status } = response;
  const body: unknown = await response.json().catch(() => undefined);
  const problem = body as Partial<Problem> | null | undefined;
  const told = Number(response.headers.get("retry-after"));
  const afterMs = problem?.retry_after_ms ?? (told > 0 ? told * 1000 : undefined);
  const more = { retry: status === 429 || status >= 500, retryAfterMs: afterMs };
  if (typeof problem?.code !== "string") {
    const message = `the server answered ${status} and did not say why`;
    return new ApiError(status, "unexpected_answer", message, more);
  }
  const message = problem.detail ?? problem.title ?? problem.code;
  const { details } = problem;
  return new ApiError(status, problem.code, message, {
    ...more,
    details,
    problem: body as Problem,
  });
}
