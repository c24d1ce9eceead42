#include "herd.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace keepline::sim::herd {
namespace {

// Everybody comes within half a minute, so that the pings are spread, and has a proven link a
// quarter of a minute before anything happens.
constexpr Moment first_come = -45000;
constexpr Moment last_come = -15000;
constexpr Moment packet_again_ms = 200;  // and twice as late each time
constexpr std::uint64_t log_head_before = 100;

}  // namespace

Herd::Herd(const Settings& settings, Story story, const Maker& make)
    : settings_(settings),
      story_(std::move(story)),
      chance_(static_cast<std::uint64_t>(settings.seed)),
      lines_(settings.client_count()),
      nodes_(settings.node_count()) {
  clients_.reserve(lines_.size());
  for (std::uint32_t client = 0; client < lines_.size(); ++client) {
    const Duration nearest{settings.latency_ms};
    const Duration farthest{settings.latency_ms + settings.latency_more_ms};
    lines_[client].one_way = chance_.between(nearest, farthest).count();
    clients_.push_back(make(*this, client));
  }
}

void Herd::run() {
  gather();
  for (std::uint32_t step = 0; step < story_.steps.size(); ++step) {
    events_.add({.at = story_.steps[step].at, .kind = Event::Kind::step, .client = step});
  }
  while (!events_.is_empty() && !is_over()) {
    const Event event = events_.take();
    now_ = event.at;
    tally_.counts = now_ >= 0;
    happen(event);
  }
  close_books();
}

void Herd::gather() {
  now_ = first_come;
  for (std::uint32_t client = 0; client < lines_.size(); ++client) {
    const Moment at = chance_.between(Duration{first_come}, Duration{last_come}).count();
    events_.add({.at = at, .kind = Event::Kind::begins, .client = client});
  }
}

bool Herd::is_over() const {
  if (now_ > settings_.limit_s * 1000) return true;
  const Moment heard = story_.end + settings_.latency_ms + settings_.latency_more_ms;
  return now_ > heard && live_ + tally_.gave_up == lines_.size();
}

void Herd::close_books() {
  for (const Line& line : lines_) {
    if (!line.is_live) ++tally_.not_back;
    if (line.stage == Stage::calling || line.stage == Stage::waiting) ++tally_.pending;
  }
  for (const Node& node : nodes_) {
    tally_.backlog_most = std::max<std::uint64_t>(tally_.backlog_most, node.backlog_most);
    tally_.dropped += node.dropped;
  }
  tally_.at(std::max(now_, story_.end));
  const auto all = static_cast<std::int64_t>(lines_.size());
  tally_.close(all, all);
}

// ---- one event

void Herd::happen(const Event& event) {
  switch (event.kind) {
    case Event::Kind::step:
      play(story_.steps[event.client]);
      return;
    case Event::Kind::arrives:
      arrive(event);
      return;
    case Event::Kind::taken:
      if (event.life == nodes_[event.client].life) take(event.client);
      return;
    case Event::Kind::worked:
      if (event.life == nodes_[event.client].life) work(event.client);
      return;
    case Event::Kind::asks:
      hear(event);
      return;
    case Event::Kind::begins:
    case Event::Kind::wake:
    case Event::Kind::broken:
    case Event::Kind::opened:
    case Event::Kind::told:
    case Event::Kind::sent_away:
    case Event::Kind::signal:
      tell_client(event);
      look_at(event.client);
      arm(event.client);
      return;
  }
}

void Herd::tell_client(const Event& event) {
  Line& line = lines_[event.client];
  Client& client = *clients_[event.client];
  switch (event.kind) {
    case Event::Kind::begins:
      client.begin(now_);
      return;
    case Event::Kind::wake:
      if (event.at != line.wakes_at) return;  // another was asked for meanwhile
      line.wakes_at = std::numeric_limits<Moment>::infinity();
      client.wake(now_);
      return;
    case Event::Kind::broken:
      break_line(event.client, event.dial);
      return;
    case Event::Kind::opened:
      if (!is_present(event)) return;
      line.stage = Stage::open;
      line.began = event.word.b;
      tally_.end_dial(&Tally::opened);
      client.opened(now_, event.dial, {event.word.c, event.word.b});
      return;
    case Event::Kind::told:
      if (event.word.kind != Word::Kind::snapshot && !is_present(event)) return;
      client.told(now_, event.dial, event.word, settings_.gap_spread_ms);
      return;
    case Event::Kind::sent_away:
      send_away(event.client, event.dial);
      return;
    case Event::Kind::signal:
      client.signal(now_, static_cast<PageSignal>(event.word.a));
      return;
    case Event::Kind::step:
    case Event::Kind::arrives:
    case Event::Kind::taken:
    case Event::Kind::worked:
    case Event::Kind::asks:
      return;  // none of a client's
  }
}

bool Herd::is_present(const Event& event) const {
  const Line& line = lines_[event.client];
  return line.stage != Stage::none && line.dial == event.dial;
}

void Herd::break_line(std::uint32_t client, std::uint32_t dial) {
  Line& line = lines_[client];
  if (line.stage == Stage::none || line.dial != dial) return;
  if (line.stage == Stage::open) {
    // What is sent to live links is not drawn one by one: they have it when they end.
    clients_[client]->reached(now_, dial, log_at(now_));
  } else if (line.stage != Stage::offline) {
    tally_.end_dial(&Tally::refused);
  }
  line.stage = Stage::none;
  clients_[client]->closed(now_, dial, 1006, {});
}

void Herd::send_away(std::uint32_t client, std::uint32_t dial) {
  Line& line = lines_[client];
  if (line.stage != Stage::open || line.dial != dial) {
    break_line(client, dial);
    return;
  }
  clients_[client]->reached(now_, dial, log_at(now_));
  clients_[client]->leaving(now_, dial, settings_.hint_after_ms, settings_.hint_spread_ms);
  line.stage = Stage::none;
  const auto whole = [](double ms) { return std::to_string(static_cast<std::int64_t>(ms)); };
  const std::string hint = R"({"retryAfterMs":)" + whole(settings_.hint_after_ms) +
                           R"(,"spreadMs":)" + whole(settings_.hint_spread_ms) + "}";
  clients_[client]->closed(now_, dial, 1012, hint);
}

// ---- what became of a client, and when it is to be woken

void Herd::look_at(std::uint32_t client) {
  Line& line = lines_[client];
  const bool usable = clients_[client]->is_usable();
  const bool live = clients_[client]->is_live();
  if (usable != line.is_usable) {
    line.is_usable = usable;
    if (tally_.counts) {
      tally_.at(now_).usable += usable ? 1 : -1;
      if (usable) {
        tally_.usable_after.push_back(now_ - std::max(line.lost_at, story_.back_at));
      } else {
        ++tally_.links_lost;
        line.lost_at = now_;
      }
    }
  }
  if (live == line.is_live) return;
  line.is_live = live;
  live_ += live ? 1 : -1;
  if (!tally_.counts) return;
  tally_.at(now_).live += live ? 1 : -1;
  if (live) {
    tally_.live_after.push_back(now_ - std::max(line.missing_since, story_.back_at));
  } else {
    line.missing_since = now_;
  }
}

void Herd::arm(std::uint32_t client) {
  Line& line = lines_[client];
  const auto due = clients_[client]->next_wake();
  if (!due) return;
  const Moment at = std::max(*due, now_);
  if (at >= line.wakes_at) return;
  line.wakes_at = at;
  events_.add({.at = at, .kind = Event::Kind::wake, .client = client});
}

// ---- the wire

void Herd::dial(std::uint32_t client, std::uint32_t dial) {
  Line& line = lines_[client];
  if (line.stage != Stage::none) ++tally_.double_dials;
  line.dial = dial;
  Event event{.at = now_, .client = client, .dial = dial};
  if (story_.kind == StoryKind::office_told && story_.is_cut(client, now_)) {
    // Its own machine knows that there is no network: nobody else hears of this dial.
    if (tally_.counts) ++tally_.offline_dials;
    line.stage = Stage::offline;
    event.kind = Event::Kind::broken;
    events_.add(event);
    return;
  }
  tally_.dial(now_);
  line.stage = Stage::calling;
  event.kind = Event::Kind::arrives;
  call_again(event);
}

void Herd::hang_up(std::uint32_t client, std::uint32_t dial) {
  Line& line = lines_[client];
  if (line.dial != dial) return;
  if (line.stage == Stage::calling || line.stage == Stage::waiting) {
    tally_.end_dial(&Tally::abandoned);
  }
  line.stage = Stage::none;
}

void Herd::say(std::uint32_t client, Word word) {
  const Line& line = lines_[client];
  if (word.kind == Word::Kind::fetch) tally_.fetch(now_);
  events_.add({.at = arrival(client),
               .kind = Event::Kind::asks,
               .life = line.life,
               .client = client,
               .dial = line.dial,
               .word = word});
}

void Herd::give_up(std::uint32_t) { ++tally_.gave_up; }

// When a packet that is sent now is at the other end.
Moment Herd::arrival(std::uint32_t client) const {
  Moment sent = now_;
  for (Moment wait = packet_again_ms; story_.is_cut(client, sent); wait *= 2) sent += wait;
  return sent + lines_[client].one_way;
}

Log Herd::log_at(Moment now) const {
  const Moment since = std::max(now - log_began_, 0.0);
  const auto grown = static_cast<std::uint64_t>(std::floor(since / 1000 * settings_.events));
  return {log_epoch_, (log_epoch_ == 1 ? log_head_before : 0) + grown};
}

}  // namespace keepline::sim::herd
