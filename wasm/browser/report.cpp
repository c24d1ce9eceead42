#include "report.hpp"

#include <list>
#include <optional>
#include <string_view>

#include "host.hpp"

namespace keepline {
namespace {

void say(double value) { keepline_host_say_number(value); }

void say(std::string_view text) { keepline_host_say_text(text.data(), text.size()); }

void say_error(const std::optional<ConnectionError>& error) {
  if (!error) return;
  say(to_string(error->kind));
  say(error->code);
  say(error->detail);
  if (error->cause) say(to_string(*error->cause));
}

void say_list(const std::list<std::string>& items) {
  say(static_cast<double>(items.size()));
  for (const std::string& item : items) say(item);
}

}  // namespace

void report_status(const Status& status) {
  say(to_string(status.state));
  say(to_string(status.phase));
  say(to_string(status.reason));
  say(status.attempt);
  say(status.max_attempts);
  say(status.next_retry_at ? to_ms(*status.next_retry_at) : or_nan({}));
  say(to_ms(status.since));
  say(status.can_retry);
  say(status.endpoint);
  say(to_string(status.environment));
  say(status.unproven);
  say(to_string(status.delivery));
  say_error(status.error);
}

void report_position(const Connection& core) { say(to_text(core.position())); }

void report_ack_window(const Connection& core) { say(core.ack_window().count()); }

void report_metrics(const Connection& core, const Instant& now) {
  const Metrics metrics = core.metrics(now);
  for (const double value : metric_values(metrics)) say(value);
  say(to_string(metrics.quality.grade));
  say(static_cast<double>(core.type_count()));
  for (std::uint32_t type = 1; type <= core.type_count(); ++type) {
    say(core.type_name(TypeId{type}));
    say(static_cast<double>(core.received(TypeId{type})));
  }
  say(error_kind_count);
  for (int kind = 0; kind < error_kind_count; ++kind) {
    say(to_string(static_cast<ErrorKind>(kind)));
    say(metrics.retries[static_cast<std::size_t>(kind)]);
  }
}

void report_type_name(const Connection& core, TypeId type) {
  say(type ? core.type_name(type) : core.current_type());
}

void report_diagnostics(const Connection& core) {
  say(static_cast<double>(core.transition_records().size()));
  for (const TransitionRecord& record : core.transition_records()) {
    say(to_ms(record.at));
    say(to_string(record.from));
    say(to_string(record.to));
    say(to_string(record.trigger));
    say(record.attempt);
    say(record.cause);
  }
  say_list(core.malformed_samples());
  say_list(core.invalid_samples());
}

}  // namespace keepline
