/** What a resolver says about names: records of type A and AAAA, or how it fails. */
export type Zone = Readonly<
  Record<
    string,
    {
      readonly code?: number;
      readonly alias?: string;
      readonly A?: readonly string[];
      readonly AAAA?: readonly string[];
    }
  >
>;

const numbers = { A: 1, CNAME: 5, AAAA: 28 } as const;

/** Answers as resolvers do in their JSON interface; a name that it does not know does not exist. */
export function dnsAnswer(zone: Zone, { searchParams }: URL): string {
  const name = searchParams.get("name") ?? "";
  const type = searchParams.get("type") === "AAAA" ? "AAAA" : "A";
  const entry = zone[name] ?? { code: 3 };
  const record = (at: string, kind: keyof typeof numbers, data: string) => ({
    name: at,
    type: numbers[kind],
    TTL: 60,
    data,
  });
  const Answer = [
    ...(entry.alias === undefined ? [] : [record(name, "CNAME", entry.alias)]),
    ...(entry[type] ?? []).map((data) => record(entry.alias ?? name, type, data)),
  ];
  const Question = [{ name, type: numbers[type] }];
  return JSON.stringify({
    Status: entry.code ?? 0,
    TC: false,
    RD: true,
    RA: true,
    Question,
    Answer,
  });
}
