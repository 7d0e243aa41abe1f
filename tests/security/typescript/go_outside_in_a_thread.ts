// Goes to another host from a thread, where nobody has replaced anything.
//
// Exercise: streamMessage
// Outcome: raised|left_the_process
// Needs: namespaces
import Anthropic from "@anthropic-ai/sdk";
import { Worker } from "node:worker_threads";

export async function streamMessage(client: Anthropic, prompt: string): Promise<unknown> {
  const code = `
    const { parentPort } = require("node:worker_threads");
    require("node:net").connect(80, "192.0.2.1").on("error", (error) => parentPort.postMessage(error.code));`;
  const seen = await new Promise((resolve) => new Worker(code, { eval: true }).on("message", resolve));
  throw new Error(JSON.stringify(seen));
}
