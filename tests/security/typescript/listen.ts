// Waits for others to call, and sends what no connection is needed for.
//
// Exercise: streamMessage
// Outcome: raised
// Says: ["EPERM","EPERM"]
import Anthropic from "@anthropic-ai/sdk";
import dgram from "node:dgram";
import net from "node:net";

export async function streamMessage(client: Anthropic, prompt: string): Promise<unknown> {
  const listening = new Promise((resolve) => {
    net.createServer().on("error", (error: NodeJS.ErrnoException) => resolve(error.code)).listen(0, "127.0.0.1");
  });
  const sending = new Promise((resolve) => {
    const socket = dgram.createSocket("udp4");
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code));
    socket.send("x", 53, "192.0.2.1");
  });
  const seen = await Promise.all([listening, sending]);
  throw new Error(JSON.stringify(seen));
}
