/** What clients that do not read cost those that do. */

import { connect as connectSocket, type Socket } from "node:net";

import type { Figure } from "../report.ts";
import { connect, TOKEN, type Bench, type Client } from "./running-gateway.ts";
import { measureTurns } from "./turn.ts";

const READERS = 20;
const SLOW = 10;
const TURNS = 150;

export const benchSlowClients = async (bench: Bench): Promise<Figure[]> => {
  const { client, port, stop } = await bench.start();
  const readers: Client[] = Array.from({ length: READERS }, () => connect(port));
  await Promise.all(readers.map((reader) => reader.ready()));
  const main = Array.from({ length: TURNS }, () => "main");
  await measureTurns(client, main.slice(0, 50));
  const alone = await measureTurns(client, main);
  const deaf = await Promise.all(Array.from({ length: SLOW }, () => connectDeaf(port)));
  const beside = await measureTurns(client, main);
  for (const socket of deaf) socket.destroy();
  for (const reader of readers) reader.close();
  await stop();
  return [
    { what: `final with ${READERS} clients, p99`, value: alone.final.p99, unit: "ms" },
    { what: `  and ${SLOW} more that do not read, p99`, value: beside.final.p99, unit: "ms" },
  ];
};

/** Authenticates by hand and then never reads again. */
const connectDeaf = async (port: number): Promise<Socket> => {
  const socket = connectSocket(port, "127.0.0.1");
  const seen = (mark: string): Promise<void> =>
    new Promise((resolve, reject) => {
      let text = "";
      const look = (chunk: Buffer): void => {
        text += chunk.toString("latin1");
        if (!text.includes(mark)) return;
        socket.off("data", look);
        resolve();
      };
      socket.on("data", look);
      socket.once("error", reject);
    });
  const challenged = seen("connect.challenge");
  socket.write(
    "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: YmVuY2gtYmVuY2gtYmVuYw==\r\n\r\n",
  );
  await challenged;
  const client = { id: "deaf", version: "0", platform: process.platform, mode: "cli" };
  const params = { minProtocol: 3, maxProtocol: 4, client, auth: { token: TOKEN } };
  const greeted = seen("hello-ok");
  socket.write(maskedFrame(JSON.stringify({ type: "req", id: "1", method: "connect", params })));
  await greeted;
  socket.pause();
  return socket;
};

/** A text frame of 126 to 65,535 bytes, masked with zeros. */
const maskedFrame = (text: string): Buffer => {
  const payload = Buffer.from(text);
  const head = Buffer.from([0x81, 0x80 | 126, payload.length >> 8, payload.length & 255, 0, 0, 0, 0]);
  return Buffer.concat([head, payload]);
};
