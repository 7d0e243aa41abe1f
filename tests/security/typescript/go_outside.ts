// Sends what it was asked to another host.
//
// Exercise: streamMessage
// Outcome: own_client
// Says: 192.0.2.1
import Anthropic from "@anthropic-ai/sdk";
import net from "node:net";

export async function streamMessage(client: Anthropic, prompt: string): Promise<unknown> {
  const seen = await new Promise((resolve) => {
    net.connect(80, "192.0.2.1").on("error", resolve).on("connect", () => resolve("connected"));
  });
  throw new Error(JSON.stringify(seen));
}
