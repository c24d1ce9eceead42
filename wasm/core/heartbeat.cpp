#include "heartbeat.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "text.hpp"

namespace keepline {
namespace {

// Where a link stops feeling immediate, and where talking over it starts to hurt (ITU-T G.114 puts
// the limits of conversation at 150 and 400 ms one way).
constexpr double rtt_fair_ms = 300;
constexpr double rtt_poor_ms = 800;
constexpr double jitter_fair_ms = 100;
constexpr double loss_fair = 0.02;
constexpr double loss_poor = 0.1;

Grade grade_of(double p95, double jitter, double loss) {
  if (p95 > rtt_poor_ms || loss > loss_poor) return Grade::poor;
  if (p95 > rtt_fair_ms || jitter > jitter_fair_ms || loss > loss_fair) return Grade::fair;
  return Grade::good;
}

}  // namespace

std::string_view to_string(Grade grade) {
  constexpr std::string_view names = "unknown,good,fair,poor";
  static_assert(names_all(names, Grade::poor));
  return name_in(names, grade);
}

void RoundTrips::record(Duration rtt) {
  const double ms = rtt.count();
  // RFC 3550, 6.4.1: a running mean of the difference between neighbours, gain 1/16.
  if (sample_count_ > 0) {
    const double last = samples_[(sample_count_ - 1) % rtt_samples_max];
    jitter_ += (std::abs(ms - last) - jitter_) / 16;
  }
  samples_[sample_count_ % rtt_samples_max] = ms;
  ++sample_count_;
}

void RoundTrips::record_ping(bool answered) {
  outcomes_[outcome_count_ % ping_outcomes_max] = answered;
  ++outcome_count_;
}

std::optional<Duration> RoundTrips::quantile(double share) const {
  const std::size_t count = std::min(sample_count_, rtt_samples_max);
  if (count == 0) return std::nullopt;
  // Nearest rank: the smallest sample that at least `share` of them do not pass. Counted for each,
  // since they are few and sorting is code.
  const double rank = share * static_cast<double>(count);
  const auto begin = samples_.begin();
  const auto end = begin + static_cast<std::ptrdiff_t>(count);
  double least = *std::max_element(begin, end);
  for (auto sample = begin; sample != end; ++sample) {
    const auto within =
        std::count_if(begin, end, [sample](double each) { return each <= *sample; });
    if (*sample < least && static_cast<double>(within) >= rank) least = *sample;
  }
  return milliseconds(least);
}

Quality RoundTrips::quality() const {
  Quality quality;
  const std::size_t pings = std::min(outcome_count_, ping_outcomes_max);
  if (pings > 0) {
    const auto lost = std::count(outcomes_.begin(),
                                 outcomes_.begin() + static_cast<std::ptrdiff_t>(pings), false);
    quality.loss = static_cast<double>(lost) / static_cast<double>(pings);
  }
  if (sample_count_ == 0) return quality;
  quality.rtt_last = samples_[(sample_count_ - 1) % rtt_samples_max];
  quality.rtt_p50 = quantile(0.5)->count();
  quality.rtt_p95 = quantile(0.95)->count();
  quality.jitter = jitter_;
  quality.grade = grade_of(*quality.rtt_p95, jitter_, quality.loss.value_or(0));
  return quality;
}

void Heartbeat::start(HostClock::time_point now) {
  stop();
  interval_ = options_.interval;
  owed_ = answered_;
  if (options_.format != HeartbeatFormat::off) next_ping_ = now + interval_;
}

void Heartbeat::stop() {
  next_ping_ = never;
  answer_due_ = never;
  owed_ = false;
  alive_since_ping_ = false;
  pings_ = {};
  probe_wanted_ = never;
  late_probes_ = 0;
}

void Heartbeat::set_interval(HostClock::time_point now, Duration interval) {
  interval_ = std::clamp(interval, server_interval_min, server_interval_max);
  if (next_ping_ != never) next_ping_ = now + interval_;
}

void Heartbeat::frame_arrived() {
  alive_since_ping_ = true;
  late_probes_ = 0;
}

bool Heartbeat::pong_arrived(HostClock::time_point now, std::uint32_t id, RoundTrips& round_trips) {
  if (last_id_ == 0 || id > last_id_) return false;
  // Even a late answer shows that this server answers.
  answered_ = true;
  owed_ = true;
  const std::uint32_t answered = id == 0 ? last_id_ : id;
  Ping& ping = ping_of(answered);
  if (ping.id != answered) return false;
  ping.id = 0;
  if (answered == last_id_) answer_due_ = never;
  round_trips.record_ping(true);
  if (ping.measuring) round_trips.record(now - ping.sent_at);
  return true;
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

Beat Heartbeat::due(HostClock::time_point now, RoundTrips& round_trips) {
  if (next_ping_ == never) return Beat::nothing;
  if (now >= answer_due_) {
    const bool late = now - answer_due_ > late_not_evidence;
    answer_due_ = never;
    if (!alive_since_ping_ && late && late_probes_ < late_probes_max) {
      ++late_probes_;
      request_probe(now);
    } else {
      const bool missed = last_id_ != 0 && std::exchange(ping_of(last_id_).id, 0U) != 0;
      if (missed) round_trips.record_ping(false);
      if (!alive_since_ping_ && owed_) return Beat::dead;
      if (missed && !answered_) return Beat::unanswered;
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

std::uint32_t Heartbeat::pinged(HostClock::time_point now, RoundTrips& round_trips) {
  const bool overdue = now >= next_ping_;
  probing_ = probe_wanted_ != never || (overdue && now - next_ping_ > late_not_evidence);
  probe_wanted_ = never;
  const Duration wait = probing_ ? probe_wait(round_trips) : options_.timeout;
  const auto due = now + wait;
  // An earlier ping that is still owed an answer keeps its deadline.
  const bool still_owed = answer_due_ != never && !alive_since_ping_;
  answer_due_ = still_owed ? std::min(answer_due_, due) : due;
  if (overdue) {
    // Keep the beat, but do not make up for beats that a throttled timer slept through.
    const auto next = next_ping_ + interval_;
    next_ping_ = next > now ? next : now + interval_;
  }
  alive_since_ping_ = false;
  Ping& ping = ping_of(++last_id_);
  if (ping.id != 0) round_trips.record_ping(false);
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
