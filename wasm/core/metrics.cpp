#include "metrics.hpp"

namespace keepline {
namespace {

double count(std::uint64_t value) { return static_cast<double>(value); }

constexpr MetricName names[] = {
    {"quality.rttMs", true},    {"quality.rttP50Ms", true},
    {"quality.rttP95Ms", true}, {"quality.jitterMs", true},
    {"quality.loss", true},     {"queued.messages", false},
    {"queued.bytes", false},    {"sent", false},
    {"frames", false},          {"delivered", false},
    {"dropped", false},         {"malformed", false},
    {"invalid", false},         {"dials", false},
    {"unconfirmed", false},     {"lastMessageAt", true},
    {"sleptMs", false},         {"uptimeMs", false},
    {"timeToUsableMs", true},   {"duplicates", false},
    {"lostOnLink", false},      {"gaps", false},
};
static_assert(std::size(names) == metric_count);

}  // namespace

std::span<const MetricName> metric_names() { return names; }

// One place for the order, which metric_names() repeats by name.
std::array<double, metric_count> metric_values(const Metrics& metrics) {
  const Quality& quality = metrics.quality;
  return {
      or_nan(quality.rtt_last),
      or_nan(quality.rtt_p50),
      or_nan(quality.rtt_p95),
      or_nan(quality.jitter),
      or_nan(quality.loss),
      count(metrics.queued_messages),
      count(metrics.queued_bytes),
      count(metrics.sent),
      count(metrics.received),
      count(metrics.delivered),
      count(metrics.dropped),
      count(metrics.malformed),
      count(metrics.invalid),
      count(metrics.dials),
      count(metrics.unconfirmed),
      or_nan(metrics.last_message_at),
      metrics.slept,
      metrics.uptime,
      or_nan(metrics.time_to_usable),
      count(metrics.duplicates),
      count(metrics.lost_on_link),
      count(metrics.gaps),
  };
}

}  // namespace keepline
