"""A server on Python's websockets: beside these lines nothing of it was written for Keepline."""
import asyncio
import json
import sys

import websockets

good_token = sys.argv[1]


def offered_token(socket):
    offered = socket.request_headers.get("Sec-WebSocket-Protocol", "").split(",")
    bearers = [value.strip()[7:] for value in offered if value.strip().startswith("bearer.")]
    return bearers[0] if bearers else None


async def serve(socket):
    if offered_token(socket) != good_token:
        return await socket.close(4401, "token rejected")
    await socket.send(json.dumps({"type": "new_call", "data": {"callId": "c1"}}))
    async for frame in socket:
        if frame == "ping":
            await socket.send("pong")
            continue
        try:
            message = json.loads(frame)
            if message["type"] == "ping":
                await socket.send(json.dumps({"type": "pong", "id": message["id"]}))
        except (ValueError, KeyError, TypeError):
            return await socket.close(4400, "not understood")


async def main():
    async with websockets.serve(serve, "127.0.0.1", 0, subprotocols=["keepline.v1"]) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.Future()


asyncio.run(main())
