import { WorkerEntrypoint } from "cloudflare:workers";
import { answerAsCaptioner } from "../answer-as-captioner.ts";

/** What the site's Worker is bound to. */
export class OwnerEntrypoint extends WorkerEntrypoint {
  override async fetch(request: Request): Promise<Response> {
    const { body, ...init } = await answerAsCaptioner(request);
    return new Response(body, init);
  }
}

export default {
  fetch: () => new Response(null, { status: 404 }),
};
