/** The targets of a siege. */
export interface Battlefield {
  readonly service: { readonly url: string; readonly port: number };
  /** `host:port` of the hostile web server, which the service may fetch from. */
  readonly origin: string;
}

/** A hostile request, or several, with its right outcomes. */
export interface Attack {
  readonly kind: string;
  /** Tells the attack from others of its kind. */
  readonly what: string;
  /** Right outcomes. `503 overloaded` is right for every attack. */
  readonly right: RegExp;
  /** Attacks, and returns the outcome: "200", "403 private_address", "closed" and the like. */
  send(field: Battlefield): Promise<string>;
}

/** Makes attack `n` of a kind, always the same for the same number. */
export type Attacks = (n: number) => Attack;
