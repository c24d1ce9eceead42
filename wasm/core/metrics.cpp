#include "metrics.hpp"

namespace keepline {
namespace {

using M = const Metrics&;

double count(std::uint64_t value) { return static_cast<double>(value); }

// One place for the order, which metric_names() repeats by name.
constexpr double (*rows[])(M) = {
    [](M m) { return or_nan(m.quality.rtt_last); },
    [](M m) { return or_nan(m.quality.rtt_p50); },
    [](M m) { return or_nan(m.quality.rtt_p95); },
    [](M m) { return or_nan(m.quality.jitter); },
    [](M m) { return or_nan(m.quality.loss); },
    [](M m) { return count(m.queued_messages); },
    [](M m) { return count(m.queued_bytes); },
    [](M m) { return count(m.sent); },
    [](M m) { return count(m.received); },
    [](M m) { return count(m.delivered); },
    [](M m) { return count(m.dropped); },
    [](M m) { return count(m.malformed); },
    [](M m) { return count(m.invalid); },
    [](M m) { return count(m.dials); },
    [](M m) { return count(m.unconfirmed); },
    [](M m) { return or_nan(m.last_message_at); },
    [](M m) { return m.slept; },
    [](M m) { return m.uptime; },
    [](M m) { return or_nan(m.time_to_usable); },
};

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
    {"timeToUsableMs", true},
};
static_assert(std::size(rows) == std::size(names));

}  // namespace

std::span<const MetricName> metric_names() { return names; }

double metric_value(const Metrics& metrics, std::size_t row) { return rows[row](metrics); }

std::size_t metric_count() { return std::size(rows); }

}  // namespace keepline
