import { Hono } from "hono";
import { requestId } from "hono/request-id";
import { afterEach, describe, expect, test, vi } from "vitest";
import { problems } from "../../core/api/problems.ts";
import { UserError } from "../../core/errors.ts";
import type { Environment } from "../../worker/http/environment.ts";
import { logRequests } from "../../worker/http/log.ts";
import { answerProblem, Problem } from "../../worker/http/problem.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

/** Asks an application whose only path fails, and says what it answered and what it logged. */
async function fail(error: Error) {
  const lines: string[] = [];
  const write = (line: string) => lines.push(line);
  vi.spyOn(console, "log").mockImplementation(write);
  vi.spyOn(console, "error").mockImplementation(write);
  const app = new Hono<Environment>();
  app.use(requestId(), logRequests);
  app.get("/", () => {
    throw error;
  });
  app.onError((thrown, c) => answerProblem(thrown, c));
  const response = await app.request("/");
  const body = (await response.json()) as Record<string, unknown>;
  return { response, body, log: JSON.parse(lines.join()) as Record<string, unknown> };
}

describe("an unexpected error", () => {
  test("is a 500 without details, and a line of the log with them", async () => {
    const error = new TypeError("cannot read secret.key of undefined");
    const { response, body, log } = await fail(error);
    expect(response.status).toBe(500);
    expect(response.headers.get("Content-Type")).toBe("application/problem+json");
    expect(body).toMatchObject({ code: "internal_error", status: 500 });
    expect(JSON.stringify(body)).not.toContain("secret");
    expect(log).toMatchObject({ requestId: body.requestId, status: 500, path: "/" });
    expect(log.cause).toContain("cannot read secret.key");
    expect(log.cause).toContain("failures.test.ts");
  });

  test("can be a UserError whose code is not in the table", async () => {
    const { body } = await fail(new UserError("some_command_line_code", "the folder /secret"));
    expect(body.code).toBe("internal_error");
    expect(JSON.stringify(body)).not.toContain("/secret");
  });
});

describe("a failure in the table of problems", () => {
  test.each(Object.entries(problems))("%s", async (code, { status, title }) => {
    const { response, body, log } = await fail(new UserError(code, "Because."));
    expect(response.status).toBe(status);
    expect(body).toEqual({
      type: `/problems#${code}`,
      title,
      status,
      detail: "Because.",
      code,
      requestId: response.headers.get("X-Request-Id"),
    });
    expect(log).toMatchObject({ code, status, requestId: body.requestId });
    expect(response.headers.get("Cache-Control")).toBe("no-store");
  });

  test("keeps its headers, and puts its cause into the log only", async () => {
    const problem = new Problem("model_unavailable", "No.", {
      cause: new Error("asset gone"),
      headers: { "Retry-After": "5" },
    });
    const { response, body, log } = await fail(problem);
    expect(response.headers.get("Retry-After")).toBe("5");
    expect(JSON.stringify(body)).not.toContain("asset gone");
    expect(log.cause).toBe("asset gone");
  });
});
