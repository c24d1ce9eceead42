#include "stream_server.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "text.hpp"

namespace keepline::sim {
namespace {

constexpr std::string_view event_begins = R"({"type":"new_call","seq":)";

// A member's text, without its quotes.
std::string member(std::string_view frame, std::string_view name) {
  const std::string key = "\"" + std::string(name) + "\":\"";
  const auto at = frame.find(key);
  if (at == std::string_view::npos) return {};
  frame.remove_prefix(at + key.size());
  return std::string(frame.substr(0, frame.find('"')));
}

std::string word(std::string_view type, std::string_view from, std::string_view to) {
  std::string text = R"({"type":")" + std::string(type) + R"(","data":{"from":")";
  text.append(from).append(R"(","to":)").append(to);
  return text.append(type == "gap" ? R"(,"reason":"trimmed","spreadMs":500}})" : "}}");
}

std::string quoted(const std::string& text) { return '"' + text + '"'; }

}  // namespace

std::string_view to_string(StreamFault fault) {
  constexpr std::string_view names =
      "drop,repeat,new epoch,trim,mute,lie,early,interrupt,mend,announce";
  static_assert(names_all(names, StreamFault::announce));
  return name_in(names, fault);
}

std::uint64_t seq_of(std::string_view frame) {
  if (!frame.starts_with(event_begins) || frame.find(R"("id":"e)") == std::string_view::npos) {
    return 0;
  }
  return std::strtoull(std::string(frame.substr(event_begins.size(), 20)).c_str(), nullptr, 10);
}

std::string StreamServer::position(std::uint64_t seq) const {
  return "e" + std::to_string(epoch) + "." + std::to_string(seq);
}

std::string StreamServer::greet() {
  start = head;
  sent = 0;
  has_verdict = false;
  interrupted = false;
  return R"(,"features":["resume","ack"],"position":")" + position(head) + "\"";
}

std::string StreamServer::event(std::uint64_t seq) const {
  std::string text{event_begins};
  text.append(std::to_string(seq)).append(R"(,"id":")").append(position(seq));
  return text.append(
      R"(","data":{"callId":"1","direction":"inbound","from":"1","to":"2","status":"ringing",)"
      R"("startedAt":"2025-11-23T09:00:00Z"}})");
}

std::vector<std::string> StreamServer::push() {
  if (!has_verdict || interrupted) return {};
  ++sent;
  const bool lost = drops;
  const bool twice = repeats && !lost;
  drops = false;
  repeats = repeats && lost;
  if (twice) ++sent;
  return std::vector<std::string>(lost ? 0 : twice ? 2 : 1, event(head));
}

std::vector<std::string> StreamServer::answer(std::string_view frame) {
  if (!on) return {};
  if (frame.starts_with(R"({"type":"resume")")) return resume(frame);
  if (!frame.starts_with(R"({"type":"ask")") || !answers_asks) return {};
  return {R"({"type":"ack","id":")" + member(frame, "id") +
          R"(","data":{"outcome":"done","result":1}})"};
}

std::vector<std::string> StreamServer::resume(std::string_view frame) {
  if (mute) {
    mute = false;
    return {};
  }
  has_verdict = true;
  std::string from = member(frame, "from");
  if (from.empty()) from = position(start);
  const std::string prefix = position(0).substr(0, position(0).size() - 1);
  const std::uint64_t after =
      from.starts_with(prefix) ? std::strtoull(from.c_str() + prefix.size(), nullptr, 10) : 0;
  if (lies) {
    lies = false;
    return {word("resumed", position(after + 1), quoted(position(head)))};
  }
  if (after < floor || after > head) return {word("gap", from, quoted(position(head)))};
  std::vector<std::string> said;
  if (std::exchange(hastes, false)) said.push_back(event(head + 1));
  said.push_back(word("resumed", from, quoted(position(head))));
  for (std::uint64_t seq = after + 1; seq <= head; ++seq, ++sent) said.push_back(event(seq));
  said.push_back(obey(StreamFault::announce).front());
  return said;
}

std::vector<std::string> StreamServer::obey(StreamFault fault) {
  const std::string former = position(head);
  switch (fault) {
    case StreamFault::drop:
      drops = true;
      return {};
    case StreamFault::repeat:
      repeats = true;
      return {};
    case StreamFault::new_epoch:
      ++epoch;
      head = floor = head + 1000;
      if (!has_verdict) return {};
      interrupted = false;
      return {word("gap", former, quoted(position(head)))};
    case StreamFault::trim:
      floor = head;
      return {};
    case StreamFault::mute:
      mute = true;
      return {};
    case StreamFault::lie:
      lies = true;
      return {};
    case StreamFault::early:
      hastes = true;
      return {};
    case StreamFault::interrupt:
      if (!has_verdict || interrupted) return {};
      interrupted = true;
      return {word("gap", former, "null")};
    case StreamFault::mend:
      if (!interrupted) return {};
      interrupted = false;
      return {word("gap", former, quoted(former))};
    case StreamFault::announce:
      if (!has_verdict || interrupted) return {};
      return {R"({"type":"position","data":{"at":")" + former + R"(","sent":)" +
              std::to_string(sent) + "}}"};
  }
  return {};
}

}  // namespace keepline::sim
