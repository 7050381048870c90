import type { Bindings } from "../../../worker/http/environment.ts";
import app from "../../../worker/index.ts";

/**
 * The Worker, except that all work of a request stops when its client disconnects. The platform does
 * the same half a minute later, or when a request has computed for too long.
 */
export default {
  fetch(request: Request, bindings: Bindings) {
    const context = { waitUntil: () => undefined, passThroughOnException: () => undefined };
    return app.fetch(request, bindings, { ...context, props: {} });
  },
};
