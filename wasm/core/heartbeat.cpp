#include "heartbeat.hpp"

#include <algorithm>
#include <utility>

namespace keepline {

void Heartbeat::start(HostClock::time_point now, std::optional<HostClock::time_point> first_ping,
                      const Path& path) {
  owed_ = owed_ || path.answers_pings;
  if (options_.format != HeartbeatFormat::off) next_ping_ = first_ping.value_or(now + interval_);
}

void Heartbeat::set_interval(HostClock::time_point now, Duration interval) {
  interval_ = std::clamp(interval, server_interval_min, server_interval_max);
  if (next_ping_ != never) next_ping_ = now + interval_;
}

void Heartbeat::frame_arrived() {
  alive_since_ping_ = true;
  late_probes_ = 0;
}

bool Heartbeat::pong_arrived(HostClock::time_point now, std::uint32_t id, Path& path) {
  if (last_id_ == 0 || id > last_id_) return false;
  // Even a late answer shows that this server answers.
  path.answers_pings = true;
  owed_ = true;
  const std::uint32_t answered = id == 0 ? last_id_ : id;
  Ping& ping = ping_of(answered);
  if (ping.id != answered) return false;
  ping.id = 0;
  if (answered == last_id_) answer_due_ = never;
  path.round_trips.record_ping(true);
  if (ping.measuring) path.round_trips.record(now - ping.sent_at);
  return true;
}

void Heartbeat::bytes_left(HostClock::time_point now, std::size_t bytes, bool more_wait) {
  if (bytes == 0) return;
  const Duration takes = seconds(static_cast<double>(bytes) / slowest_bytes_a_second);
  upload_ends_ = std::min(std::max(upload_ends_, now) + takes, now + upload_trust_max);
  if (answer_due_ == never) return;
  const auto due = more_wait ? std::max(upload_ends_, now + answer_wait_) : upload_ends_;
  answer_due_ = std::max(answer_due_, std::min(due, asked_at_ + upload_patience_max));
}

void Heartbeat::request_probe(HostClock::time_point now) {
  if (next_ping_ != never && probe_wanted_ == never) probe_wanted_ = now;
}

void Heartbeat::woke(bool slept) {
  for (Ping& ping : pings_) ping.measuring = false;
  // A true sleep excuses all silence before it; a merely late timer does so only once.
  if (!slept) return;
  late_probes_ = 0;
  answer_due_ = never;
}

Beat Heartbeat::due(HostClock::time_point now, Path& path) {
  if (next_ping_ == never) return Beat::nothing;
  if (now >= answer_due_) {
    const bool late = now - answer_due_ > late_not_evidence;
    answer_due_ = never;
    if (!alive_since_ping_ && late && late_probes_ < late_probes_max) {
      ++late_probes_;
      request_probe(now);
    } else {
      const bool missed = last_id_ != 0 && std::exchange(ping_of(last_id_).id, 0U) != 0;
      if (missed) path.round_trips.record_ping(false);
      if (!alive_since_ping_ && owed_) return Beat::dead;
      if (missed && !path.answers_pings) return Beat::unanswered;
    }
  }
  // One probe at a time: an outstanding ping that may still be answered in time is one.
  if (probe_wanted_ != never && !probe_outstanding(now)) return Beat::ping;
  probe_wanted_ = never;
  return now >= next_ping_ ? Beat::ping : Beat::nothing;
}

bool Heartbeat::probe_outstanding(HostClock::time_point now) const {
  return answer_due_ != never && probing_ && !alive_since_ping_ && now < answer_due_;
}

std::uint32_t Heartbeat::pinged(HostClock::time_point now, Path& path) {
  const bool overdue = now >= next_ping_;
  probing_ = probe_wanted_ != never || (overdue && now - next_ping_ > late_not_evidence);
  probe_wanted_ = never;
  answer_wait_ = probing_ ? probe_wait(path.round_trips) : options_.timeout;
  const auto due = std::max(now + answer_wait_, upload_ends_);
  // An earlier ping that is still owed an answer keeps its deadline.
  const bool still_owed = answer_due_ != never && !alive_since_ping_;
  answer_due_ = still_owed ? std::min(answer_due_, due) : due;
  if (!still_owed) asked_at_ = now;
  if (overdue) {
    // Keep the beat, but do not make up for beats that a throttled timer slept through.
    const auto next = next_ping_ + interval_;
    next_ping_ = next > now ? next : now + interval_;
  }
  alive_since_ping_ = false;
  Ping& ping = ping_of(++last_id_);
  if (ping.id != 0) path.round_trips.record_ping(false);
  ping = {last_id_, now, true};
  return last_id_;
}

Duration Heartbeat::probe_wait(const RoundTrips& round_trips) const {
  const Duration least = options_.probe;
  const Duration most = std::max(probe_wait_max, least);
  const auto p95 = round_trips.p95();
  return p95 ? std::clamp(*p95 * probe_rtt_factor, least, most) : least;
}

HostClock::time_point Heartbeat::deadline() const {
  if (next_ping_ == never) return never;
  return std::min({next_ping_, answer_due_, probe_wanted_});
}

}  // namespace keepline
