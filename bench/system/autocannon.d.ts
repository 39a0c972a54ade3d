/** The part of autocannon that the bench uses; the package has no types of its own. */
declare module "autocannon" {
  /** A connection's own, from a request to its response. */
  interface Context {
    bytes?: number;
    id?: string;
  }
  interface Request {
    method: string;
    path: string;
    headers: Record<string, string>;
    body?: Buffer | string;
    setupRequest?: (request: Request, context: Context) => Request;
    onResponse?: (status: number, body: string, context: Context, headers: Record<string, string>) => void;
  }
  interface Options {
    url: string;
    connections: number;
    /** Seconds. */
    duration: number;
    /** Seconds before a request counts as timed out. */
    timeout: number;
    /** Requests a second, over all connections. */
    overallRate?: number;
    requests: Request[];
  }
  interface Result {
    /** Seconds. */
    duration: number;
    errors: number;
    timeouts: number;
    non2xx: number;
    "2xx": number;
    "4xx": number;
    "5xx": number;
    statusCodeStats: Record<string, { count: number } | undefined>;
    /** Milliseconds. */
    latency: { p50: number; p99: number; max: number };
  }
  interface Instance extends Promise<Result> {
    on(event: "response", listen: (client: unknown, status: number, bytes: number, ms: number) => void): this;
  }
  export default function autocannon(options: Options): Instance;
}
