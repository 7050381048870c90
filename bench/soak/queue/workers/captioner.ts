import { answerAsCaptioner } from "../answer-as-captioner.ts";

export default {
  async fetch(request: Request): Promise<Response> {
    const { status, body } = await answerAsCaptioner(request);
    return new Response(body, { status });
  },
};
