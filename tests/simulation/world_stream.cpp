// The world's event log, the server before it, and messages that wait for an answer.
#include <algorithm>

#include "world.hpp"

namespace keepline::sim {

SendResult World::ask(std::string_view data, std::optional<Duration> ttl) {
  begin(Input::send, std::nullopt, asked_type);
  const SendResult result = core_.send(now_, {asked_type, data, {}, ttl, true});
  drain();
  books_.note_send(result, ttl.value_or(core_.options().queue.ttl));
  finish();
  return result;
}

bool World::resume_from(std::string_view position) { return core_.resume_from(position); }

// In the order in which it is said, on the live link.
void World::send_stream(const std::vector<std::string>& frames) {
  const Socket* socket = live();
  if (socket == nullptr || !socket->open) return;
  stream_until_ = std::max(stream_until_, now_.monotonic + socket->server.one_way);
  for (const std::string& frame : frames) {
    schedule({.kind = Kind::frame, .id = socket->id.value, .text = frame},
             stream_until_ - now_.monotonic);
  }
}

void World::publish() {
  if (!stream.on) return;
  stream.publish();
  books_.stream().note_published(stream.epoch, stream.head);
  const std::vector<std::string> frames = stream.push();
  if (frames.empty() && stream.has_verdict && !stream.interrupted) {
    books_.stream().note_lost(stream.head);
  }
  send_stream(frames);
}

void World::order_stream(StreamFault fault) {
  if (stream.on) send_stream(stream.obey(fault));
}

}  // namespace keepline::sim
