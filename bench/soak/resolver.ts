/** A resolver's answers by name: records of type A and AAAA, or an error code. */
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

const RECORD_TYPES = { A: 1, CNAME: 5, AAAA: 28 } as const;

/** Answers a query in the JSON format of DNS over HTTPS; a name without an entry does not exist. */
export function dnsAnswer(zone: Zone, { searchParams }: URL): string {
  const name = searchParams.get("name") ?? "";
  const type = searchParams.get("type") === "AAAA" ? "AAAA" : "A";
  const entry = zone[name] ?? { code: 3 };
  const record = (at: string, kind: keyof typeof RECORD_TYPES, data: string) => ({
    name: at,
    type: RECORD_TYPES[kind],
    TTL: 60,
    data,
  });
  const Answer = [
    ...(entry.alias === undefined ? [] : [record(name, "CNAME", entry.alias)]),
    ...(entry[type] ?? []).map((data) => record(entry.alias ?? name, type, data)),
  ];
  const Question = [{ name, type: RECORD_TYPES[type] }];
  return JSON.stringify({
    Status: entry.code ?? 0,
    TC: false,
    RD: true,
    RA: true,
    Question,
    Answer,
  });
}
