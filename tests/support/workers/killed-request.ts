import type { Bindings } from "../../../worker/http/environment.ts";
import app from "../../../worker/index.ts";

/**
 * The Worker, but nothing that a request has begun goes on when its client goes away: as the platform
 * does half a minute later, or when a request has computed for too long.
 */
export default {
  fetch(request: Request, bindings: Bindings) {
    const context = { waitUntil: () => undefined, passThroughOnException: () => undefined };
    return app.fetch(request, bindings, { ...context, props: {} });
  },
};
