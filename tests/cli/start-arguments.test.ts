import { describe, expect, test } from "vitest";
import { readArguments } from "../../cli/start/arguments.ts";

describe("npm start --", () => {
  test.each([
    [[], 8787],
    [["--port", "9999"], 9999],
    [["--port=9999"], 9999],
    [["--port", "9000", "--port", "9001"], 9001],
  ])("%j listens on port %i", (given, port) => {
    expect(readArguments(given)).toEqual({ port, privateHosts: [], others: [] });
  });

  test.each(["", "x", "0", "65536", "80.5", "-1"])('--port "%s" is refused', (port) => {
    expect(() => readArguments(["--port", port])).toThrow(
      expect.objectContaining({ code: "invalid_port" }),
    );
  });

  test("extracts private hosts from every form of wrangler's variables", () => {
    const others = ["--var", "A:1", "--ip", "0.0.0.0", "--var=B:2"];
    const hosts = ["--var", "PRIVATE_HOSTS:a:1", "--var=PRIVATE_HOSTS:b,c"];
    expect(readArguments([...hosts, ...others])).toMatchObject({
      privateHosts: ["a:1", "b,c"],
      others,
    });
    expect(readArguments(["--var", "A:1", "PRIVATE_HOSTS:a"])).toMatchObject({
      privateHosts: ["a"],
      others: ["--var", "A:1"],
    });
    expect(readArguments(["--var", "PRIVATE_HOSTS:a", "B:2", "--live-reload"])).toMatchObject({
      privateHosts: ["a"],
      others: ["--var", "B:2", "--live-reload"],
    });
  });
});
