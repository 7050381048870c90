/** Where to send things: the service, and a web server that behaves as badly as it is asked to. */
export interface Battlefield {
  readonly service: { readonly url: string; readonly port: number };
  /** `host:port`, which the service may fetch from. */
  readonly origin: string;
}

/** One hostile thing to do, and what may come of it. */
export interface Attack {
  readonly kind: string;
  /** What tells it from others of its kind. */
  readonly what: string;
  /** Outcomes that are right, beside being told that there is too much to do. */
  readonly right: RegExp;
  /** Does it, and says what came of it: "200", "403 private_address", "closed", ... */
  send(field: Battlefield): Promise<string>;
}

/** Makes attacks of one kind: the same for the same number. */
export type Attacks = (n: number) => Attack;
