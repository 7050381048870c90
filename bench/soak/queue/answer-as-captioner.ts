import { z } from "zod";

const requestSchema = z.object({ urls: z.array(z.string()) });

/** As much of a manifest as the site's Worker reads. */
const MANIFEST = { confidence: { threshold: 0.5 } };

/** Images that have failed once. */
const failedBefore = new Set<string>();

/**
 * Stands for the captioner where the site's Worker is tested. The path of an image's URL says what becomes
 * of it: `/problem/CODE/...` always fails, `/once/CODE/...` fails the first time, `/low/...` is below
 * the threshold; all others get "A photograph of NAME." with the file's name. In place of an image's bytes
 * it takes such a path.
 */
export async function answerAsCaptioner(request: {
  readonly url: string;
  json(): Promise<unknown>;
  text(): Promise<string>;
}): Promise<{ status: number; body: string; headers?: Record<string, string> }> {
  const { pathname } = new URL(request.url);
  if (pathname === "/model") return { status: 200, body: JSON.stringify(MANIFEST) };
  if (pathname === "/caption") {
    const outcome = outcomeOf(new URL(await request.text(), "https://bytes.example").href);
    if ("answer" in outcome) return { status: 200, body: JSON.stringify(outcome.answer) };
    const headers = { "Content-Type": "application/problem+json" };
    return { status: outcome.status, body: JSON.stringify(outcome.problem), headers };
  }
  if (pathname !== "/captions") return { status: 404, body: "" };
  const { urls } = requestSchema.parse(await request.json());
  const lines = urls.map((url, index) => JSON.stringify({ index, url, ...outcomeOf(url) }));
  return { status: 200, body: `${lines.join("\n")}\n` };
}

type Outcome =
  | { readonly status: 200; readonly answer: object }
  | { readonly status: number; readonly problem: object };

function outcomeOf(url: string): Outcome {
  const [, kind, code = ""] = new URL(url).pathname.split("/");
  if (kind === "problem") return problem(code);
  if (kind === "once" && !failedBefore.has(url)) {
    failedBefore.add(url);
    return problem(code);
  }
  return { status: 200, answer: answer(url, kind === "low" ? 0.2 : 0.9) };
}

function problem(code: string): Outcome {
  const document = { type: `/problems#${code}`, title: code, status: 502, detail: code, code };
  return { status: 502, problem: { ...document, requestId: "test" } };
}

function answer(url: string, confidence: number): object {
  const name =
    url
      .split("/")
      .at(-1)
      ?.replace(/\.\w+$/, "") ?? "";
  const caption = `A photograph of ${name}.`;
  return {
    caption,
    tokens: caption.toLowerCase().replace(".", "").split(" "),
    tokenLogProbabilities: [],
    logProbability: -1,
    complete: true,
    confidence,
    model: { name: "test", version: "1.0.0" },
    image: { width: 640, height: 480, format: "jpeg" },
  };
}
